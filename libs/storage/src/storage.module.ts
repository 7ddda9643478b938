import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Clock } from '#libs/common';
import type { Config, S3Settings } from '#libs/config';
import { DiskObjectsController } from './disk-objects.controller';
import { DiskObjects } from './disk-objects.service';
import { DiskStorage } from './disk-storage';
import { ObjectStorage } from './object-storage';
import { loadS3Storage } from './s3-drivers';

/** Where files live. Global: the checks of uploads use it, and the readiness answer. Which driver is used, and so which routes exist, is configuration. */
@Module({})
export class StorageModule {
  static forRoot({ s3, environment }: Config): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      controllers: s3 ? [] : [DiskObjectsController],
      providers: s3 ? s3Driver(s3, environment.UPLOAD_MAX_BYTES) : DISK_DRIVER,
      exports: [ObjectStorage],
    };
  }
}

const DISK_DRIVER: Provider[] = [DiskStorage, DiskObjects, { provide: ObjectStorage, useExisting: DiskStorage }];

function s3Driver(settings: S3Settings, largest: number): Provider[] {
  const useFactory = async (clock: Clock) => {
    const S3Storage = await loadS3Storage();
    return new S3Storage(settings, clock, largest);
  };
  return [{ provide: ObjectStorage, inject: [Clock], useFactory }];
}
