import { setPriority } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Answer, encodeAnswer, NOT_RECEIVED, READY } from './answer';
import { derive } from './derivatives';
import { openHeic } from './heic';
import { type OpenedFile, Refused } from './opened-file';
import { openPdf } from './pdf';
import { openPicture } from './pictures';

/**
 * The program that opens one file and ends. It is started by ProcessFileInspector without any environment, is sent the file over its
 * standard input, answers over its standard output, and is killed when it takes too much. Arguments: type and length of the file.
 */
const LOWER_PRIORITY = 5;
const PARENT = process.ppid;

/** The machine's trouble, not the file's. */
const OUT_OF_ROOM = /ENOSPC|EMFILE|ENFILE|EIO|No space left|Too many open files/;
const TOO_LARGE = /exceeds pixel limit|Array buffer allocation failed|out of memory|Invalid (typed )?array length/i;

async function main(): Promise<void> {
  setPriority(LOWER_PRIORITY);
  // Ctrl-C reaches the whole terminal; the parent decides when its work is over.
  process.on('SIGINT', () => undefined).on('SIGTERM', () => undefined);
  new Worker(join(__dirname, 'orphan-guard.js'), { workerData: PARENT }).unref();
  const [mime = '', size] = process.argv.slice(2);
  process.stdout.write(READY);
  const bytes = await receive(Number(size));
  const answer = await examine(bytes, mime);
  for (const part of encodeAnswer(answer)) {
    await new Promise((written) => process.stdout.write(part, written));
  }
  // Whatever a decoder still has open.
  process.exit(0);
}

async function receive(size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    if (length + chunk.length > size) throw new Error('More has come than announced');
    length += chunk.copy(bytes, length);
  }
  if (length !== size) throw new Error('Less has come than announced');
  return bytes;
}

async function examine(bytes: Buffer, mime: string): Promise<Answer> {
  try {
    const file = await open(bytes, mime);
    const { width, height, pageCount, warnings } = file;
    return { facts: { width, height, pageCount, warnings }, derivatives: await derive(file) };
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.refusal };
    const reason = String(error);
    if (OUT_OF_ROOM.test(reason)) return { error: reason.slice(0, 200) };
    // A decoder in WebAssembly that gives up.
    const isTooMuch = (error as Error).name === 'RuntimeError' || TOO_LARGE.test(reason);
    return { refusal: isTooMuch ? 'file_too_complex' : 'file_not_readable' };
  }
}

function open(bytes: Buffer, mime: string): Promise<OpenedFile> {
  if (mime === 'application/pdf') return openPdf(bytes);
  if (mime === 'image/heic') return openHeic(bytes);
  return openPicture(bytes, mime);
}

main().catch(() => process.exit(NOT_RECEIVED));
