import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { linkExpired, linkInvalid } from './storage.errors';
import { isServedKey } from './object-key';
import type { Disposition, DownloadRequest, UploadPolicy } from './object-storage';

/** The fields of a form post: as with S3, the policy says what may be sent and the signature vouches for the policy. */
export interface UploadFields extends Record<string, string> {
  key: string;
  'Content-Type': string;
  policy: string;
  signature: string;
}

const DOWNLOAD_FIELDS = ['key', 'disposition', 'filename', 'type', 'expires', 'signature'];

/** The disk driver's links: what is allowed is written into them and signed with HMAC-SHA-256 (RFC 2104). */
export class SignedLinks {
  constructor(private readonly secret: KeyObject) {}

  uploadFields({ key, contentType, size, sha256, expiresAt }: UploadPolicy): UploadFields {
    const policy = Buffer.from(JSON.stringify({ key, contentType, size, sha256, expiresAt })).toString('base64');
    return { key, 'Content-Type': contentType, policy, signature: this.sign('upload', [policy]) };
  }

  /** What a form may send. @throws link_invalid, link_expired */
  readUpload(fields: Record<string, string>, now: Date): UploadPolicy {
    const { policy = '', signature = '' } = fields;
    this.requireSignature(signature, 'upload', [policy]);
    const allowed = JSON.parse(Buffer.from(policy, 'base64').toString()) as Omit<UploadPolicy, 'expiresAt'> & {
      expiresAt: string;
    };
    if (fields['key'] !== allowed.key) throw linkInvalid();
    const expiresAt = new Date(allowed.expiresAt);
    if (expiresAt <= now) throw linkExpired();
    return { ...allowed, expiresAt };
  }

  downloadQuery({ key, disposition, filename, contentType, expiresAt }: DownloadRequest): URLSearchParams {
    const expires = String(expiresAt.getTime());
    const signature = this.sign('download', [key, disposition, filename, contentType, expires]);
    return new URLSearchParams({ key, disposition, filename, type: contentType, expires, signature });
  }

  /** What a link gives. @throws link_invalid, link_expired */
  readDownload(query: Record<string, unknown>, now: Date): DownloadRequest {
    const [key, disposition, filename, type, expires, signature] = DOWNLOAD_FIELDS.map((name) => {
      const value = query[name];
      if (typeof value !== 'string') throw linkInvalid();
      return value;
    }) as [string, Disposition, string, string, string, string];
    this.requireSignature(signature, 'download', [key, disposition, filename, type, expires]);
    if (!isServedKey(key)) throw linkInvalid();
    const expiresAt = new Date(Number(expires));
    if (expiresAt <= now) throw linkExpired();
    return { key, disposition, filename, contentType: type, expiresAt };
  }

  private requireSignature(given: string, purpose: 'upload' | 'download', parts: string[]): void {
    const expected = Buffer.from(this.sign(purpose, parts));
    const actual = Buffer.from(given);
    if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) throw linkInvalid();
  }

  /** JSON keeps the parts apart; the purpose keeps an upload's signature from opening a download. */
  private sign(purpose: 'upload' | 'download', parts: string[]): string {
    return createHmac('sha256', this.secret)
      .update(JSON.stringify([purpose, ...parts]))
      .digest('base64url');
  }
}
