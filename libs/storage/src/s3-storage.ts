import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Clock, newId } from '#libs/common';
import type { S3Settings } from '#libs/config';
import { contentDisposition } from './content-disposition';
import { incomingKey } from './object-key';
import {
  type DownloadRequest,
  type ListedObject,
  ObjectNotFound,
  ObjectStorage,
  type PresignedPost,
  type StoredObject,
  type UploadPolicy,
} from './object-storage';
import { postPresigned } from './plain-request';
import { S3Checksums } from './s3-checksums';
import { createS3Client } from './s3-client';
import { s3FailureReason } from './s3-failure';
import { storageUnavailable } from './storage.errors';

const PROBE_MS = 60_000;
/** For a question to the service, all attempts together. */
const DEADLINE_MS = 8_000;
/** For what moves a whole file, on top; a slow service still copies this much in a millisecond. */
const SLOWEST_BYTES_PER_MS = 20_000;

type HttpHandlerOptions = NonNullable<Parameters<S3Client['send']>[1]>;

/** Any service that speaks S3. Clients send and fetch files there directly, with links that expire. */
@Injectable()
export class S3Storage extends ObjectStorage implements OnApplicationShutdown {
  private readonly logger = new Logger('S3Storage');
  private readonly client: S3Client;
  private readonly bucket: string;
  private readonly checksums: S3Checksums;
  private readonly transferMs: number;

  constructor(
    private readonly settings: S3Settings,
    private readonly clock: Clock,
    /** Of one file, in bytes. */
    largest: number,
  ) {
    super();
    this.bucket = settings.bucket;
    this.client = createS3Client(settings);
    this.checksums = new S3Checksums((bytes, fields) => this.probe(bytes, fields), clock);
    this.transferMs = DEADLINE_MS + largest / SLOWEST_BYTES_PER_MS;
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  presignUpload({ sha256, ...policy }: UploadPolicy): Promise<PresignedPost> {
    return this.attempt(() => this.form(policy, sha256 ? this.checksums.fieldsFor(sha256) : {}));
  }

  protected signDownload({ key, disposition, filename, contentType, expiresAt }: DownloadRequest): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: this.keyOf(key),
      ResponseContentDisposition: contentDisposition(disposition, filename),
      ResponseContentType: contentType,
      ResponseCacheControl: 'private, no-store',
    });
    return this.attempt(() => getSignedUrl(this.client, command, { expiresIn: this.secondsUntil(expiresAt) }));
  }

  async find(key: string): Promise<StoredObject | null> {
    try {
      const { ContentLength } = await this.ask((options) =>
        this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: this.keyOf(key) }), options),
      );
      return { size: ContentLength ?? 0 };
    } catch (error) {
      if (error instanceof ObjectNotFound) return null;
      throw error;
    }
  }

  async read(key: string): Promise<Readable> {
    // Without a deadline: it would end the body too. The client gives up on an answer that does not come, or stands still.
    const { Body } = await this.attempt(() =>
      this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.keyOf(key) })),
    );
    return Body as Readable;
  }

  async copy(from: string, to: string): Promise<void> {
    const command = new CopyObjectCommand({
      Bucket: this.bucket,
      Key: this.keyOf(to),
      CopySource: `${this.bucket}/${this.keyOf(from)}`,
      ...this.encryption(),
    });
    const isDone = await this.transfer((options) =>
      this.client.send(command, options).then(
        () => true,
        (error: unknown) => {
          if (isNotImplemented(error)) return false;
          throw error;
        },
      ),
    );
    if (!isDone) await this.copyThrough(from, to);
  }

  /** For services that do not copy what they have encrypted (Ceph's gateway up to 16). */
  private async copyThrough(from: string, to: string): Promise<void> {
    await this.transfer(async (options) => {
      const source = new GetObjectCommand({ Bucket: this.bucket, Key: this.keyOf(from) });
      const { Body, ContentLength, ContentType } = await this.client.send(source, options);
      const command = new PutObjectCommand({
        Bucket: this.bucket,
        Key: this.keyOf(to),
        Body: Body as Readable,
        ContentLength,
        ContentType,
        ...this.encryption(),
      });
      await this.client.send(command, options);
    });
  }

  async write(key: string, bytes: Buffer, contentType: string): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: this.keyOf(key),
      Body: bytes,
      ContentType: contentType,
      ...this.encryption(),
    });
    await this.transfer((options) => this.client.send(command, options));
  }

  async store(
    key: string,
    content: Readable,
    { size, contentType }: { size: number; contentType: string },
  ): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: this.keyOf(key),
      Body: content,
      ContentLength: size,
      ContentType: contentType,
      ...this.encryption(),
    });
    try {
      await this.transfer((options) => this.client.send(command, options));
    } catch (error) {
      // Not every service throws away what has broken off in the middle.
      await this.remove(key).catch(() => undefined);
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    try {
      await this.ask((options) =>
        this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: this.keyOf(key) }), options),
      );
    } catch (error) {
      if (!(error instanceof ObjectNotFound)) throw error;
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of this.walk(prefix)) keys.push(key);
    return keys;
  }

  /** By ListObjects and its marker, with which every server pages; not every one gets the tokens of ListObjectsV2 right. */
  async *walk(prefix: string, startAfter?: string): AsyncIterable<ListedObject> {
    let marker = startAfter && this.keyOf(startAfter);
    for (let isMore = true; isMore;) {
      const command = new ListObjectsCommand({ Bucket: this.bucket, Prefix: this.keyOf(prefix), Marker: marker });
      const page = await this.ask((options) => this.client.send(command, options));
      const objects = page.Contents ?? [];
      for (const { Key: key = '', Size: size = 0, LastModified: modifiedAt = new Date(0) } of objects) {
        yield { key: key.slice(this.settings.prefix.length), size, modifiedAt };
      }
      marker = objects.at(-1)?.Key;
      isMore = page.IsTruncated === true && marker !== undefined;
    }
  }

  enforcesChecksums(): Promise<boolean> {
    return this.checksums.areEnforced();
  }

  async requireReady(): Promise<void> {
    try {
      const abortSignal = AbortSignal.timeout(DEADLINE_MS);
      await this.client.send(new HeadBucketCommand({ Bucket: this.bucket }), { abortSignal });
    } catch {
      // What answers HEAD has no body to say why; this question costs more, and is asked of a storage that fails only.
      const input = { Bucket: this.bucket, Prefix: this.settings.prefix, MaxKeys: 1 };
      await this.ask((options) => this.client.send(new ListObjectsCommand(input), options));
    }
  }

  private form({ key, contentType, size, expiresAt }: UploadPolicy, pinned: Record<string, string>) {
    const fields = { ...this.encryptionFields(), ...pinned };
    return createPresignedPost(this.client, {
      Bucket: this.bucket,
      Key: this.keyOf(key),
      // Fields are pinned by being fields: the SDK writes each of them into the policy as an exact match, the key too.
      Fields: { 'Content-Type': contentType, ...fields },
      Conditions: [
        ['eq', '$Content-Type', contentType],
        ['content-length-range', size, size],
      ],
      Expires: this.secondsUntil(expiresAt),
    });
  }

  /** Sends a form with a few bytes as a client would, and leaves nothing behind. */
  private async probe(bytes: Buffer, pinned: Record<string, string>): Promise<number> {
    const key = incomingKey(newId());
    const contentType = 'application/octet-stream';
    const expiresAt = new Date(this.clock.now().getTime() + PROBE_MS);
    const form = await this.form({ key, contentType, size: bytes.length, expiresAt }, pinned);
    try {
      return (await postPresigned(form, { bytes, contentType }, this.settings.ca)).status;
    } finally {
      await this.remove(key);
    }
  }

  private keyOf(key: string): string {
    return this.settings.prefix + key;
  }

  private encryption() {
    const { encryption } = this.settings;
    if (!encryption) return {};
    return {
      ServerSideEncryption: encryption.algorithm,
      ...(encryption.kmsKeyId ? { SSEKMSKeyId: encryption.kmsKeyId } : {}),
    };
  }

  private encryptionFields(): Record<string, string> {
    const { encryption } = this.settings;
    if (!encryption) return {};
    return {
      'x-amz-server-side-encryption': encryption.algorithm,
      ...(encryption.kmsKeyId ? { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.kmsKeyId } : {}),
    };
  }

  /** A question that is answered soon or not at all. */
  private ask<T>(request: (options: HttpHandlerOptions) => Promise<T>): Promise<T> {
    return this.attempt(() => request({ abortSignal: AbortSignal.timeout(DEADLINE_MS) }));
  }

  /** Work that may take as long as a whole file does. */
  private transfer<T>(request: (options: HttpHandlerOptions) => Promise<T>): Promise<T> {
    const ms = this.transferMs;
    return this.attempt(() => request({ requestTimeout: ms, abortSignal: AbortSignal.timeout(ms) }));
  }

  /** Servers word their messages differently, so code and status decide. @throws ObjectNotFound, storage_unavailable */
  private async attempt<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      const { name } = error as Error;
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (name === 'NoSuchKey' || (status === 404 && name !== 'NoSuchBucket')) throw new ObjectNotFound();
      const reason = s3FailureReason(error);
      this.logger.error({ reason, status }, 'The storage did not do what it was asked', error);
      throw Object.assign(storageUnavailable(), { cause: new Error(reason, { cause: error }) });
    }
  }

  private secondsUntil(instant: Date): number {
    return Math.max(1, Math.round((instant.getTime() - this.clock.now().getTime()) / 1000));
  }
}

function isNotImplemented(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 501;
}
