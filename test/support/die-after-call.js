'use strict';
// Loaded into a worker by one test: ends the process as `kill -9` does, after the nth call of the checks to storage, scanner,
// inspector or database. The product knows nothing of it. A file that holds MALWARE is one that the scanner finds something in.
const { writeSync } = require('node:fs');
const { join } = require('node:path');

const load = (file) => require(join(__dirname, '../../dist/libs', file));
const last = Number(process.env.DIE_AFTER_CALL);
let calls = 0;

function counted(prototype, name) {
  const call = prototype[name];
  prototype[name] = async function (...args) {
    const result = await call.apply(this, args);
    calls += 1;
    if (calls === last) {
      writeSync(1, `\nkilled after ${name}\n`);
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => {});
    }
    return result;
  };
}

load('inspection/src/malware-scanner.js').NoScanner.prototype.scan = async (content) => {
  const chunks = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).includes('MALWARE') ? 'Test.Threat' : null;
};
counted(load('inspection/src/malware-scanner.js').NoScanner.prototype, 'scan');
counted(load('inspection/src/process-file-inspector.js').ProcessFileInspector.prototype, 'inspect');
counted(load('uploads/src/upload-states.service.js').UploadStates.prototype, 'change');
for (const name of ['read', 'copy', 'write', 'remove', 'list'])
  counted(load('storage/src/s3-storage.js').S3Storage.prototype, name);
