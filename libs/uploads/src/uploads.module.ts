import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CheckWaits } from './check-waits.service';
import { FileChecks } from './file-checks.service';
import { OlderFiles } from './older-files.service';
import { StorageFinding } from './storage-finding.entity';
import { StorageVerification } from './storage-verification.entity';
import { StorageVerifier } from './storage-verifier.service';
import { UploadAdvance } from './upload-advance.entity';
import { UploadChecks } from './upload-checks.service';
import { UploadClosings } from './upload-closings.service';
import { UploadHolders } from './upload-holders';
import { UploadObjects } from './upload-objects.service';
import { UploadStates } from './upload-states.service';
import { UploadQuota } from './upload-quota';
import { UploadSweep } from './upload-sweep.service';
import { UploadUsage } from './upload-usage.entity';
import { UploadTurns } from './upload-turns';
import { Upload } from './upload.entity';
import { UploadsController } from './uploads.controller';
import { Uploads } from './uploads.service';
import './personal-data';

/** Global, because every feature with a file needs it. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Upload, UploadUsage, UploadAdvance, StorageVerification, StorageFinding])],
  controllers: [UploadsController],
  providers: [
    UploadQuota,
    UploadTurns,
    UploadObjects,
    UploadStates,
    UploadChecks,
    UploadClosings,
    UploadHolders,
    UploadSweep,
    StorageVerifier,
    FileChecks,
    CheckWaits,
    OlderFiles,
    Uploads,
  ],
  exports: [Uploads, UploadHolders, CheckWaits],
})
export class UploadsModule {}
