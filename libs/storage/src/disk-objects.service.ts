import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/common';
import { type ByteRange, isKnown, selectBytes } from './byte-range';
import { contentDisposition } from './content-disposition';
import { DiskStorage } from './disk-storage';
import { exactly, readUploadForm, withSha256 } from './disk-upload-form';
import { ObjectNotFound, type UploadPolicy } from './object-storage';
import { fileNotFound, linkExpired, rangeNotSatisfiable, uploadTypeMismatch } from './storage.errors';

/** What a sender that does not know the type writes; HTML forms and curl do so for HEIC. */
const UNSPECIFIED_TYPE = 'application/octet-stream';

/**
 * An upload that began in time may end this much later. The job that closes an upload comes after that, so nothing can
 * arrive behind its back.
 */
const GRACE_MS = 60_000;

/** What a link is followed with. */
export interface FileRequest {
  method: string;
  headers: IncomingHttpHeaders;
}

/** A file on its way to a person, as an answer of HTTP. */
export interface FileAnswer {
  status: 200 | 206 | 304;
  headers: Record<string, string | number>;
  body: Readable | undefined;
}

/** With every answer that carries a file. */
const FILE_HEADERS = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-store',
  // An uploaded file is never a page of ours, whatever it contains.
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

/** What S3 does behind its own addresses, for files on disk: takes posted forms and serves signed links. */
@Injectable()
export class DiskObjects {
  constructor(
    private readonly storage: DiskStorage,
    private readonly clock: Clock,
  ) {}

  /** @throws link_invalid, link_expired, upload_type_mismatch, upload_too_large, upload_incomplete, checksum_mismatch, storage_unavailable */
  async receive(request: IncomingMessage): Promise<void> {
    await readUploadForm(request, async (fields, file, contentType) => {
      const policy = this.storage.links.readUpload(fields, this.clock.now());
      requireType(policy, fields['Content-Type'], contentType);
      await this.store(policy, file);
    });
  }

  /**
   * Follows a link: the file, a part of it, or that the client has it (RFC 9110, 13.2.2).
   * @throws link_invalid, link_expired, file_not_found, range_not_satisfiable
   */
  async open(query: Record<string, unknown>, { method, headers }: FileRequest): Promise<FileAnswer> {
    const { key, disposition, filename, contentType } = this.storage.links.readDownload(query, this.clock.now());
    const file = await this.storage.describe(key);
    if (!file) throw fileNotFound();
    const { size, etag } = file;
    const always = { ...FILE_HEADERS, etag };
    if (isKnown(headers['if-none-match'], etag)) return { status: 304, headers: always, body: undefined };

    const described = {
      ...always,
      'content-type': contentType,
      'content-disposition': contentDisposition(disposition, filename),
    };
    const whole = { ...described, 'content-length': size };
    // A range means something to GET only (14.2).
    if (method === 'HEAD') return { status: 200, headers: whole, body: Readable.from([]) };
    const bytes = selectBytes(headers, file);
    if (bytes === 'nothing') throw rangeNotSatisfiable({ headers: { 'content-range': `bytes */${size}` } });
    if (bytes === 'all') return { status: 200, headers: whole, body: await this.read(key) };
    const { start, end } = bytes;
    const part = { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` };
    return { status: 206, headers: { ...described, ...part }, body: await this.read(key, bytes) };
  }

  private async read(key: string, range?: ByteRange): Promise<Readable> {
    try {
      return await this.storage.read(key, range);
    } catch (error) {
      throw error instanceof ObjectNotFound ? fileNotFound() : error;
    }
  }

  private async store({ key, size, sha256, expiresAt }: UploadPolicy, file: Readable): Promise<void> {
    const lastMoment = expiresAt.getTime() + GRACE_MS;
    const chain = [file, exactly(size), ...(sha256 ? [withSha256(sha256)] : [])];
    await this.storage.receive(key, chain, () => {
      if (this.clock.now().getTime() > lastMoment) throw linkExpired();
    });
  }
}

function requireType({ contentType }: UploadPolicy, field: string | undefined, part: string): void {
  if (field !== contentType) throw uploadTypeMismatch();
  if (part !== contentType && part !== UNSPECIFIED_TYPE) throw uploadTypeMismatch();
}
