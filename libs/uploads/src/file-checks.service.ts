import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { SystemActor } from '#libs/audit';
import { newId } from '#libs/common';
import { DERIVATIVES, FileInspector, type Inspection, MalwareScanner } from '#libs/inspection';
import { type JobPayload, Jobs } from '#libs/jobs';
import { derivativeKey, derivedPrefix, ObjectStorage, quarantineKey } from '#libs/storage';
import { Correspondence } from '#libs/accounts';
import { infectedText } from './mail-texts';
import { UploadObjects } from './upload-objects.service';
import { CHECK_JOB, TELL_OWNER_JOB, UploadStates } from './upload-states.service';
import { Upload } from './upload.entity';

/**
 * Looks into a file that has arrived: for malware, then with the decoder of its type, which also makes the smaller pictures. A
 * background job that may be killed at any point and repeated: whatever it writes lies below a prefix of its own until one guarded
 * update names it, and what no row names is removed in the end.
 */
@Injectable()
export class FileChecks {
  private readonly logger = new Logger('FileChecks');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly scanner: MalwareScanner,
    private readonly inspector: FileInspector,
    private readonly states: UploadStates,
    private readonly objects: UploadObjects,
    private readonly correspondence: Correspondence,
    jobs: Jobs,
  ) {
    jobs.handle(CHECK_JOB, ({ uploadId }: JobPayload) => this.check(String(uploadId)), {
      lane: 'checks',
      whenDead: ({ uploadId }) => this.giveUp(String(uploadId)),
    });
    jobs.handle(TELL_OWNER_JOB, ({ uploadId }: JobPayload) => this.tellOwner(String(uploadId)), { lane: 'mail' });
  }

  private async check(uploadId: string): Promise<void> {
    const upload = await this.find(uploadId);
    if (!upload) return;
    if (isToBeChecked(upload)) await this.examine(upload, upload.objectKey);
    await this.objects.tidy(uploadId);
  }

  private async examine(upload: Upload, objectKey: string): Promise<void> {
    const caller = systemActor(upload, CHECK_JOB);
    const threat = await this.scanner.scan(this.content(objectKey));
    if (threat !== null) {
      await this.storage.copy(objectKey, quarantineKey(upload.organizationId, upload.id));
      await this.states.quarantine(upload, threat, caller);
      return;
    }
    const result = await this.inspector.inspect(this.content(objectKey), upload);
    if ('inspection' in result) await this.pass(upload, result.inspection, caller);
    else if (upload.status === 'uploaded') await this.states.refuse(upload, result.refusal.code, caller);
    // A file of before the checks is served as it always was; it only has no pictures.
    else this.logger.warn('An older file cannot be opened; it stays without pictures');
  }

  private async pass(upload: Upload, inspection: Inspection, caller: SystemActor): Promise<void> {
    const prefix = derivedPrefix(upload.organizationId, upload.id, newId());
    for (const name of DERIVATIVES) {
      await this.storage.write(derivativeKey(prefix, name), inspection.derivatives[name], 'image/webp');
    }
    await this.states.pass(upload, inspection, prefix, caller);
  }

  private async giveUp(uploadId: string): Promise<void> {
    const upload = await this.find(uploadId);
    if (upload?.status === 'uploaded') await this.states.stall(upload, systemActor(upload, CHECK_JOB));
  }

  private async tellOwner(uploadId: string): Promise<void> {
    const upload = await this.find(uploadId);
    if (upload?.status !== 'infected') return;
    const { organizationId, uploadedByUserUuid, originalFilename: filename, threatName: threat } = upload;
    await this.correspondence.write(organizationId, uploadedByUserUuid, (language, { firstName }) =>
      infectedText(language, { firstName, filename, threat: threat ?? '' }),
    );
  }

  /** Opened when it is first read: who looks at nothing costs no request to the storage. */
  private content(key: string): Readable {
    const { storage } = this;
    return Readable.from(
      (async function* () {
        yield* await storage.read(key);
      })(),
      { objectMode: false },
    );
  }

  private find(id: string): Promise<Upload | null> {
    return this.dataSource.manager.findOneBy(Upload, { id });
  }
}

/** Just arrived, or ready from before there were pictures. */
function isToBeChecked(upload: Upload): upload is Upload & { objectKey: string } {
  const { status, objectKey, derivativesPrefix } = upload;
  return objectKey !== null && (status === 'uploaded' || (status === 'ready' && derivativesPrefix === null));
}

function systemActor({ organizationId }: Upload, name: string): SystemActor {
  return { organizationId, name };
}
