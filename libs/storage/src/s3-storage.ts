import type { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '#libs/common';
import type { S3Settings } from '#libs/config';
import { contentDisposition } from './content-disposition';
import {
  type DownloadRequest,
  type ListedObject,
  ObjectNotFound,
  ObjectStorage,
  type PresignedPost,
  type StoredObject,
  type UploadPolicy,
} from './object-storage';
import { storageUnavailable } from './storage.errors';

const CONNECTION_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 30_000;

/** Any service that speaks S3. Clients send and fetch files there directly, with links that expire. */
@Injectable()
export class S3Storage extends ObjectStorage implements OnApplicationShutdown {
  private readonly logger = new Logger('S3Storage');
  private readonly client: S3Client;
  private readonly bucket: string;

  constructor(
    { bucket, region, endpoint, forcePathStyle, credentials }: S3Settings,
    private readonly clock: Clock,
  ) {
    super();
    this.bucket = bucket;
    this.client = new S3Client({
      region,
      forcePathStyle,
      // The SDK refuses an explicit undefined here; without credentials it asks the AWS default chain.
      ...(endpoint ? { endpoint } : {}),
      ...(credentials ? { credentials } : {}),
      // Otherwise the SDK signs the checksum of an empty body into presigned requests.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    });
    if (forcePathStyle) this.addressBucketWithoutSlash();
  }

  onApplicationShutdown(): void {
    this.client.destroy();
  }

  presignUpload({ key, contentType, size, expiresAt }: UploadPolicy): Promise<PresignedPost> {
    return this.attempt(() =>
      createPresignedPost(this.client, {
        Bucket: this.bucket,
        Key: key,
        // Key and content type are pinned by being fields: the SDK writes each of them into the policy as an exact match.
        Fields: { 'Content-Type': contentType },
        Conditions: [
          ['eq', '$Content-Type', contentType],
          ['content-length-range', size, size],
        ],
        Expires: this.secondsUntil(expiresAt),
      }),
    );
  }

  protected signDownload({ key, disposition, filename, contentType, expiresAt }: DownloadRequest): Promise<string> {
    const command = new GetObjectCommand({
      Bucket: this.bucket,
      Key: key,
      ResponseContentDisposition: contentDisposition(disposition, filename),
      ResponseContentType: contentType,
    });
    return this.attempt(() => getSignedUrl(this.client, command, { expiresIn: this.secondsUntil(expiresAt) }));
  }

  async find(key: string): Promise<StoredObject | null> {
    try {
      const { ContentLength } = await this.attempt(() =>
        this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key })),
      );
      return { size: ContentLength ?? 0 };
    } catch (error) {
      if (error instanceof ObjectNotFound) return null;
      throw error;
    }
  }

  async read(key: string): Promise<Readable> {
    const { Body } = await this.attempt(() =>
      this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key })),
    );
    return Body as Readable;
  }

  async copy(from: string, to: string): Promise<void> {
    await this.attempt(() =>
      this.client.send(new CopyObjectCommand({ Bucket: this.bucket, Key: to, CopySource: `${this.bucket}/${from}` })),
    );
  }

  async write(key: string, bytes: Buffer, contentType: string): Promise<void> {
    await this.attempt(() =>
      this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: bytes, ContentType: contentType })),
    );
  }

  async remove(key: string): Promise<void> {
    try {
      await this.attempt(() => this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key })));
    } catch (error) {
      if (!(error instanceof ObjectNotFound)) throw error;
    }
  }

  async list(prefix: string): Promise<string[]> {
    const keys: string[] = [];
    let continuation: string | undefined;
    do {
      const page = await this.attempt(() =>
        this.client.send(
          new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: continuation }),
        ),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      continuation = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (continuation);
    return keys.sort();
  }

  /** By ListObjects and its marker, with which every server pages; not every one gets the tokens of ListObjectsV2 right. */
  async *walk(prefix: string, startAfter?: string): AsyncIterable<ListedObject> {
    let marker = startAfter;
    for (let isMore = true; isMore;) {
      const page = await this.attempt(() =>
        this.client.send(new ListObjectsCommand({ Bucket: this.bucket, Prefix: prefix, Marker: marker })),
      );
      const objects = page.Contents ?? [];
      for (const { Key: key = '', Size: size = 0, LastModified: modifiedAt = new Date(0) } of objects) {
        yield { key, size, modifiedAt };
      }
      marker = objects.at(-1)?.Key;
      isMore = page.IsTruncated === true && marker !== undefined;
    }
  }

  async requireReady(): Promise<void> {
    await this.attempt(() => this.client.send(new HeadBucketCommand({ Bucket: this.bucket })));
  }

  /** Servers word their messages differently, so code and status decide. @throws ObjectNotFound, storage_unavailable */
  private async attempt<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      const { name, message } = error as Error;
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      if (name === 'NoSuchKey' || (status === 404 && name !== 'NoSuchBucket')) throw new ObjectNotFound();
      this.logger.error({ error: { name, message, status } });
      throw storageUnavailable();
    }
  }

  private secondsUntil(instant: Date): number {
    return Math.max(1, Math.round((instant.getTime() - this.clock.now().getTime()) / 1000));
  }

  /** The SDK asks for `/bucket/`; some servers take that for an object with an empty name. */
  private addressBucketWithoutSlash(): void {
    this.client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { path?: string };
        if (request.path && request.path.length > 1) request.path = request.path.replace(/\/$/, '');
        return next(args);
      },
      { step: 'build', name: 'addressBucketWithoutSlash' },
    );
  }
}
