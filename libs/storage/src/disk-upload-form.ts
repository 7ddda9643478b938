import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { unsupportedMediaType } from '#libs/common';
import { checksumMismatch, uploadIncomplete, uploadTooLarge } from './storage.errors';

/** Takes the file of a form. Called once, with every field that came before it. */
export type FileReceiver = (fields: Record<string, string>, file: Readable, contentType: string) => Promise<void>;

const FILE_FIELD = 'file';
/** A sender that is silent this long has gone away. */
const IDLE_TIMEOUT_MS = 60_000;

/**
 * Reads `multipart/form-data` (RFC 7578) as it arrives and hands the file on as a stream. On a failure the rest of the
 * request is thrown away, as of every request that is refused early: a connection closed in the middle would lose the answer that says
 * what was wrong.
 * @throws unsupported_media_type, upload_incomplete, and whatever `receive` throws
 */
export function readUploadForm(request: IncomingMessage, receive: FileReceiver): Promise<void> {
  const form = openForm(request);
  return new Promise((resolve, reject) => {
    const fields = Object.create(null) as Record<string, string>;
    let receiving: Promise<void> | null = null;
    let arriving: Readable | null = null;

    const fail = (error: Error): void => {
      request.unpipe(form);
      arriving?.destroy();
      request.resume();
      reject(error);
    };
    form.on('field', (name, value, _nameTruncated, valueTruncated) => {
      if (!valueTruncated) fields[name] = value;
    });
    form.on('file', (_name, file, _filename, _encoding, contentType) => {
      arriving = file;
      // Until someone reads it: an abort must not end the process.
      file.on('error', () => undefined);
      receiving = receive(fields, file, contentType);
      receiving.catch(fail);
    });
    form.on('error', () => fail(uploadIncomplete()));
    form.on('finish', () => {
      if (receiving) void receiving.then(resolve, fail);
      else fail(uploadIncomplete());
    });
    request.on('close', () => {
      if (request.complete) return;
      if (arriving) arriving.destroy(uploadIncomplete());
      else fail(uploadIncomplete());
    });
    request.setTimeout(IDLE_TIMEOUT_MS, () => request.destroy());
    request.pipe(form);
  });
}

/** Passes exactly `size` bytes on. @throws upload_too_large at the first byte too many, upload_incomplete at the end */
export function exactly(size: number): Transform {
  let received = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      done(received > size ? uploadTooLarge() : null, chunk);
    },
    flush(done) {
      done(received < size ? uploadIncomplete() : null);
    },
  });
}

/** Passes everything on. @throws checksum_mismatch at the end, when it was something else than announced */
export function withSha256(expected: string): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === expected ? null : checksumMismatch());
    },
  });
}

function openForm(request: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
      isPartAFile: (name) => name === FILE_FIELD,
      limits: { files: 1, fields: 20, parts: 21, fieldSize: 8 * 1024, headerPairs: 20, headerSize: 8 * 1024 },
    });
  } catch {
    throw unsupportedMediaType({ detail: 'The file must be sent as multipart/form-data with a boundary.' });
  }
}
