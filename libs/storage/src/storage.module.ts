import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { Clock } from '#libs/common';
import type { Config, S3Settings } from '#libs/config';
import { Telemetry } from '#libs/telemetry';
import { DiskObjectsController } from './disk-objects.controller';
import { DiskObjects } from './disk-objects.service';
import { DiskSpace } from './disk-space';
import { DiskStorage } from './disk-storage';
import { MeasuredStorage } from './measured-storage';
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

const DISK_DRIVER: Provider[] = [
  DiskStorage,
  DiskObjects,
  DiskSpace,
  { provide: ObjectStorage, inject: [DiskStorage, Telemetry], useFactory: measured },
];

function s3Driver(settings: S3Settings, largest: number): Provider[] {
  const S3_STORAGE = Symbol('S3Storage');
  const useFactory = async (clock: Clock) => {
    const S3Storage = await loadS3Storage();
    return new S3Storage(settings, clock, largest);
  };
  return [
    { provide: S3_STORAGE, inject: [Clock], useFactory },
    { provide: ObjectStorage, inject: [S3_STORAGE, Telemetry], useFactory: measured },
  ];
}

function measured(storage: ObjectStorage, telemetry: Telemetry): ObjectStorage {
  return telemetry.isMeasuring ? new MeasuredStorage(storage, telemetry) : storage;
}
