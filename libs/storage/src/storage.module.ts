import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Clock } from '#libs/common';
import type { Config, S3Settings } from '#libs/config';
import { ClamdScanner } from './clamd-scanner';
import { DiskObjectsController } from './disk-objects.controller';
import { DiskObjects } from './disk-objects.service';
import { DiskStorage } from './disk-storage';
import { FileInspector } from './file-inspector';
import { ProcessFileInspector } from './process-file-inspector';
import { FileChecks } from './file-checks.service';
import { MalwareScanner, NoScanner } from './malware-scanner';
import { ObjectStorage } from './object-storage';
import { OlderFiles } from './older-files.service';
import { loadS3Storage } from './s3-drivers';
import { StorageFinding } from './storage-finding.entity';
import { StorageVerification } from './storage-verification.entity';
import { StorageVerifier } from './storage-verifier.service';
import { UploadChecks } from './upload-checks.service';
import { UploadHolders } from './upload-holders';
import { UploadObjects } from './upload-objects.service';
import { UploadStates } from './upload-states.service';
import { UploadQuota } from './upload-quota';
import { UploadSweep } from './upload-sweep.service';
import { UploadUsage } from './upload-usage.entity';
import { Upload } from './upload.entity';
import { UploadsController } from './uploads.controller';
import { Uploads } from './uploads.service';

/** Global, because every feature with a file needs it. Which driver is used, and so which routes exist, is configuration. */
@Module({})
export class StorageModule {
  static forRoot({ s3, clamd, environment }: Config): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      imports: [TypeOrmModule.forFeature([Upload, UploadUsage, StorageVerification, StorageFinding])],
      controllers: [UploadsController, ...(s3 ? [] : [DiskObjectsController])],
      providers: [
        ...(s3 ? s3Driver(s3, environment.UPLOAD_MAX_BYTES) : DISK_DRIVER),
        { provide: MalwareScanner, useFactory: () => (clamd ? new ClamdScanner(clamd) : new NoScanner()) },
        { provide: FileInspector, useFactory: () => new ProcessFileInspector() },
        UploadQuota,
        UploadObjects,
        UploadStates,
        UploadChecks,
        UploadHolders,
        UploadSweep,
        StorageVerifier,
        FileChecks,
        OlderFiles,
        Uploads,
      ],
      exports: [ObjectStorage, MalwareScanner, Uploads, UploadHolders],
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
