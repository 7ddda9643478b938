import type { Readable } from 'node:stream';
import { isServedKey } from './object-key';

/** What a stored object must be; pinned into the presigned request. */
export interface UploadPolicy {
  key: string;
  contentType: string;
  /** Exact length in bytes. */
  size: number;
  /** Lower-case hex; null when the client did not say. Pinned where the storage compares it. */
  sha256?: string | null;
  expiresAt: Date;
}

/** A form post straight to storage: every field, then the bytes as `file` (S3: browser-based uploads with POST). */
export interface PresignedPost {
  url: string;
  fields: Record<string, string>;
}

/** Whether a browser saves a file or shows it. */
export const DISPOSITIONS = ['attachment', 'inline'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/** Types that no browser takes for a page or a program, whatever the bytes are. PDF is not one of them. */
const SHOWN_TYPES = ['image/jpeg', 'image/png', 'image/webp'];

/** True when files of this type may be shown by the browser instead of being saved. */
export function maybeInline(contentType: string): boolean {
  return SHOWN_TYPES.includes(contentType);
}

export interface DownloadRequest {
  key: string;
  disposition: Disposition;
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
  /** A link that fetches an object until it expires. @throws Error for what must never be handed out */
  async presignDownload(request: DownloadRequest): Promise<string> {
    const { key, disposition, contentType } = request;
    if (!isServedKey(key)) throw new Error('No link may lead to this object');
    if (disposition === 'inline' && !maybeInline(contentType)) throw new Error('This type is never shown inline');
    return this.signDownload(request);
  }

  abstract presignUpload(policy: UploadPolicy): Promise<PresignedPost>;
  /** For `presignDownload` only, which has looked at the request. */
  protected abstract signDownload(request: DownloadRequest): Promise<string>;
  abstract find(key: string): Promise<StoredObject | null>;
  /** @throws ObjectNotFound */
  abstract read(key: string): Promise<Readable>;
  /** Server-side copy. @throws ObjectNotFound */
  abstract copy(from: string, to: string): Promise<void>;
  /** Stores bytes that the server itself has (demo data). */
  abstract write(key: string, bytes: Buffer, contentType: string): Promise<void>;
  /** Stores what the server itself reads from elsewhere, as it comes. The object appears complete or not at all. */
  abstract store(key: string, content: Readable, described: { size: number; contentType: string }): Promise<void>;
  /** Removing what is not there is not an error. */
  abstract remove(key: string): Promise<void>;
  /** Keys below a prefix that ends with `/`; for small prefixes (one upload). */
  abstract list(prefix: string): Promise<string[]>;
  /** All objects below a prefix that ends with `/`, in the order of their keys' bytes, from the first one after `startAfter`. */
  abstract walk(prefix: string, startAfter?: string): AsyncIterable<ListedObject>;
  /** Whether it refuses a file with another SHA-256 than its form says; found out by trying. @throws Error when it cannot be tried */
  abstract enforcesChecksums(): Promise<boolean>;
  /** @throws Error when the storage cannot be used; for the readiness check. */
  abstract requireReady(): Promise<void>;
}
