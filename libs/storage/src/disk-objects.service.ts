import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Clock } from '#libs/common';
import { DiskStorage } from './disk-storage';
import { exactly, readUploadForm } from './disk-upload-form';
import { ObjectNotFound, type UploadPolicy } from './object-storage';
import { fileNotFound, linkExpired, uploadTypeMismatch } from './storage.errors';

/** What a sender that does not know the type writes; HTML forms and curl do so for HEIC. */
const UNSPECIFIED_TYPE = 'application/octet-stream';

/**
 * An upload that began in time may end this much later. The job that closes an upload comes after that, so nothing can
 * arrive behind its back.
 */
const GRACE_MS = 60_000;

/** A file on its way to a person. */
export interface ServedFile {
  stream: Readable;
  size: number;
  filename: string;
  contentType: string;
}

/** What S3 does behind its own addresses, for files on disk: takes posted forms and serves signed links. */
@Injectable()
export class DiskObjects {
  constructor(
    private readonly storage: DiskStorage,
    private readonly clock: Clock,
  ) {}

  /** @throws link_invalid, link_expired, upload_type_mismatch, upload_too_large, upload_incomplete, storage_unavailable */
  async receive(request: IncomingMessage): Promise<void> {
    await readUploadForm(request, async (fields, file, contentType) => {
      const policy = this.storage.links.readUpload(fields, this.clock.now());
      requireType(policy, fields['Content-Type'], contentType);
      await this.store(policy, file);
    });
  }

  /** @throws link_invalid, link_expired, file_not_found */
  async open(query: Record<string, unknown>): Promise<ServedFile> {
    const { key, filename, contentType } = this.storage.links.readDownload(query, this.clock.now());
    const object = await this.storage.find(key);
    if (!object) throw fileNotFound();
    try {
      return { stream: await this.storage.read(key), size: object.size, filename, contentType };
    } catch (error) {
      throw error instanceof ObjectNotFound ? fileNotFound() : error;
    }
  }

  private async store({ key, size, expiresAt }: UploadPolicy, file: Readable): Promise<void> {
    const lastMoment = expiresAt.getTime() + GRACE_MS;
    await this.storage.receive(key, [file, exactly(size)], () => {
      if (this.clock.now().getTime() > lastMoment) throw linkExpired();
    });
  }
}

function requireType({ contentType }: UploadPolicy, field: string | undefined, part: string): void {
  if (field !== contentType) throw uploadTypeMismatch();
  if (part !== contentType && part !== UNSPECIFIED_TYPE) throw uploadTypeMismatch();
}
