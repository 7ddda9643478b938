import type { Readable } from 'node:stream';

/** What a stored object must be; pinned into the presigned request. */
export interface UploadPolicy {
  key: string;
  contentType: string;
  /** Exact length in bytes. */
  size: number;
  expiresAt: Date;
}

/** A form post straight to storage: every field, then the bytes as `file` (S3: browser-based uploads with POST). */
export interface PresignedPost {
  url: string;
  fields: Record<string, string>;
}

export interface DownloadRequest {
  key: string;
  /** Name offered to the person who saves the file (RFC 6266). */
  filename: string;
  contentType: string;
  expiresAt: Date;
}

export interface StoredObject {
  size: number;
}

/** An object as a listing tells of it. */
export interface ListedObject {
  key: string;
  size: number;
  modifiedAt: Date;
}

/** The key holds no object. */
export class ObjectNotFound extends Error {
  constructor() {
    super('There is no object under this key');
    this.name = 'ObjectNotFound';
  }
}

/** Where files live. Two drivers, S3 and disk; one contract spec (test/contract) runs against both. */
export abstract class ObjectStorage {
  abstract presignUpload(policy: UploadPolicy): Promise<PresignedPost>;
  abstract presignDownload(request: DownloadRequest): Promise<string>;
  abstract find(key: string): Promise<StoredObject | null>;
  /** @throws ObjectNotFound */
  abstract read(key: string): Promise<Readable>;
  /** Server-side copy. @throws ObjectNotFound */
  abstract copy(from: string, to: string): Promise<void>;
  /** Stores bytes that the server itself has (demo data). */
  abstract write(key: string, bytes: Buffer, contentType: string): Promise<void>;
  /** Removing what is not there is not an error. */
  abstract remove(key: string): Promise<void>;
  /** Keys below a prefix that ends with `/`; for small prefixes (one upload). */
  abstract list(prefix: string): Promise<string[]>;
  /** All objects below a prefix that ends with `/`, in the order of their keys' bytes, from the first one after `startAfter`. */
  abstract walk(prefix: string, startAfter?: string): AsyncIterable<ListedObject>;
  /** @throws Error when the storage cannot be used; for the readiness check. */
  abstract requireReady(): Promise<void>;
}
