// npm run check: everything about the code that needs no running product. Two at a time; says what failed and how to mend it.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { prepare, ROOT } from './prepare.mjs';

const bin = (...path) => join('node_modules', ...path);
const LANES = [
  [
    { name: 'format', mend: 'npm run format', args: [bin('prettier', 'bin', 'prettier.cjs'), '--check', '.'] },
    { name: 'lint', args: [bin('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'] },
  ],
  [
    { name: 'types', args: [bin('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json'] },
    { name: 'types of the console', args: [bin('typescript', 'bin', 'tsc'), '-p', join('apps', 'console')] },
    {
      name: 'docs/libs.svg is up to date',
      mend: 'npm run picture',
      args: [join('scripts', 'libs-picture.mjs'), '--check'],
    },
    {
      name: 'the list of migrations is up to date',
      mend: 'npm run migration:index',
      args: [join('scripts', 'migration-index.mjs'), '--check'],
    },
    {
      name: 'openapi.json and docs/configuration.md, errors.md, permissions.md and personal-data.md are up to date',
      mend: 'npm run openapi',
      args: [join('dist', 'apps', 'api', 'src', 'commands', 'write-openapi.js'), '--check'],
    },
    { name: 'openapi.json is good OpenAPI', args: [bin('@redocly', 'cli', 'bin', 'cli.js'), 'lint', 'openapi.json'] },
    {
      name: 'generated client is up to date',
      mend: 'npm run client',
      args: [
        bin('openapi-typescript', 'bin', 'cli.js'),
        'openapi.json',
        '--check',
        '--output',
        join('apps', 'console', 'src', 'api', 'schema.d.ts'),
      ],
    },
  ],
];

// Checking code is nobody else's business.
const ENVIRONMENT = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };

prepare();
const outcomes = await Promise.all(LANES.map(runLane));
process.exitCode = outcomes.flat().every(Boolean) ? 0 : 1;

async function runLane(steps) {
  const outcomes = [];
  for (const step of steps) outcomes.push(await runStep(step));
  return outcomes;
}

function runStep({ name, mend, args }) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      if (code === 0) process.stdout.write(`ok      ${name} (${seconds} s)\n`);
      else process.stdout.write(`FAILED  ${name}${mend ? `; mend it with: ${mend}` : ''}\n${output}\n`);
      resolve(code === 0);
    });
  });
}
