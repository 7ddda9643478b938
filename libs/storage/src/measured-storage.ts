import type { Readable } from 'node:stream';
import type { Histogram } from '@opentelemetry/api';
import { type Telemetry, timed } from '#libs/telemetry';
import {
  type DownloadRequest,
  type ListedObject,
  ObjectNotFound,
  ObjectStorage,
  type PresignedPost,
  type StoredObject,
  type UploadPolicy,
} from './object-storage';

/** From what a disk takes to what is given up on. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A storage whose calls are counted and timed. Links are signed without a call. */
export class MeasuredStorage extends ObjectStorage {
  private readonly duration: Histogram;

  constructor(
    private readonly storage: ObjectStorage,
    { meter }: Telemetry,
  ) {
    super();
    this.duration = meter.createHistogram('credence_storage_duration_seconds', {
      description: 'Calls of the file storage by operation and outcome; reading counts up to the first byte',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
  }

  presignUpload(policy: UploadPolicy): Promise<PresignedPost> {
    return this.storage.presignUpload(policy);
  }

  protected signDownload(request: DownloadRequest): Promise<string> {
    return this.storage.presignDownload(request);
  }

  find(key: string): Promise<StoredObject | null> {
    return this.timed('find', () => this.storage.find(key));
  }

  read(key: string): Promise<Readable> {
    return this.timed('read', () => this.storage.read(key));
  }

  copy(from: string, to: string): Promise<void> {
    return this.timed('copy', () => this.storage.copy(from, to));
  }

  write(key: string, bytes: Buffer, contentType: string): Promise<void> {
    return this.timed('write', () => this.storage.write(key, bytes, contentType));
  }

  store(key: string, content: Readable, described: { size: number; contentType: string }): Promise<void> {
    return this.timed('store', () => this.storage.store(key, content, described));
  }

  remove(key: string): Promise<void> {
    return this.timed('remove', () => this.storage.remove(key));
  }

  list(prefix: string): Promise<string[]> {
    return this.timed('list', () => this.storage.list(prefix));
  }

  walk(prefix: string, startAfter?: string): AsyncIterable<ListedObject> {
    return this.storage.walk(prefix, startAfter);
  }

  enforcesChecksums(): Promise<boolean> {
    return this.storage.enforcesChecksums();
  }

  requireReady(): Promise<void> {
    return this.timed('ready', () => this.storage.requireReady());
  }

  /** That nothing is there is an answer, and a usual one. */
  private async timed<T>(operation: string, call: () => Promise<T>): Promise<T> {
    const found = await timed(this.duration, { operation }, () =>
      call().catch((error: unknown) => {
        if (error instanceof ObjectNotFound) return error;
        throw error;
      }),
    );
    if (found instanceof ObjectNotFound) throw found;
    return found;
  }
}
