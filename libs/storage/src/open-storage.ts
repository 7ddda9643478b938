import type { Clock } from '#libs/common';
import type { Config } from '#libs/config';
import { DiskStorage } from './disk-storage';
import { ROOTS } from './object-key';
import type { ObjectStorage } from './object-storage';
import { loadS3Storage } from './s3-drivers';

/** The storage of a configuration that is not this process's own. @throws storage_unavailable, or what keeps a folder from being used */
export async function openStorage(config: Config, clock: Clock): Promise<ObjectStorage> {
  if (config.s3) {
    const S3Storage = await loadS3Storage();
    const storage = new S3Storage(config.s3, clock, config.environment.UPLOAD_MAX_BYTES);
    await storage.requireReady();
    return storage;
  }
  const storage = new DiskStorage(config, clock);
  await storage.onModuleInit();
  return storage;
}

/** True when no object of this product lies there. */
export async function isStorageEmpty(storage: ObjectStorage): Promise<boolean> {
  for (const root of ROOTS) {
    for await (const _ of storage.walk(root)) return false;
  }
  return true;
}
