import type { Counter } from '@opentelemetry/api';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, IsNull } from 'typeorm';
import { Audit, changesOf, type SystemActor } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { Clock } from '#libs/common';
import { Batch } from '#libs/database';
import type { Inspection } from '#libs/inspection';
import { Jobs } from '#libs/jobs';
import { Telemetry } from '#libs/telemetry';
import { UploadQuota } from './upload-quota';
import { Upload } from './upload.entity';
import { CHECKS_STALLED } from './uploads.errors';

export const CHECK_JOB = 'uploads.check';
export const TELL_OWNER_JOB = 'uploads.tell-owner';

export type Caller = Actor | SystemActor;

/**
 * `pending -> uploaded -> ready | infected | failed`, and `pending -> failed`. Each step is one guarded update with its record in
 * the trail and whatever follows from it, in one transaction. False when somebody else was first.
 */
@Injectable()
export class UploadStates {
  private readonly steps: Counter;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly quota: UploadQuota,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
    { meter }: Telemetry,
  ) {
    this.steps = meter.createCounter('credence_file_checks_total', {
      description: 'Files by what a check has made of them, with the reason of a refusal',
    });
  }

  /** What arrived is what was announced; now somebody has to look into it. */
  arrive(upload: Upload, objectKey: string, sha256: string, caller: Caller): Promise<boolean> {
    const change: Partial<Upload> = { status: 'uploaded', objectKey, sha256 };
    return this.change(upload, change, caller, 'upload.finalize', {}, (writes) =>
      this.jobs.add(writes, CHECK_JOB, { uploadId: upload.id }, { sender: upload.sender }),
    );
  }

  /** The file passed its checks, and its smaller pictures lie below the prefix. */
  pass(upload: Upload, inspection: Inspection, derivativesPrefix: string, caller: Caller): Promise<boolean> {
    const { width, height, pageCount, warnings } = inspection;
    const change: Partial<Upload> = { width, height, pageCount, warnings, derivativesPrefix };
    return this.change(upload, { ...change, status: 'ready', failureCode: null }, caller, 'upload.check');
  }

  /** Nobody gets to see the file, and its space is free again. */
  refuse(upload: Upload, failureCode: string, caller: Caller): Promise<boolean> {
    const change: Partial<Upload> = { status: 'failed', failureCode, objectKey: null };
    return this.change(upload, change, caller, 'upload.refuse', { code: failureCode }, (writes) =>
      this.release(writes, upload),
    );
  }

  /** The same, for malware: the file is kept out of reach, and its owner is told. */
  quarantine(upload: Upload, threatName: string, caller: Caller): Promise<boolean> {
    const change: Partial<Upload> = {
      status: 'infected',
      threatName,
      failureCode: null,
      objectKey: null,
      derivativesPrefix: null,
    };
    return this.change(upload, change, caller, 'upload.quarantine', { threatName }, (writes) => {
      this.release(writes, upload);
      this.jobs.add(writes, TELL_OWNER_JOB, { uploadId: upload.id }, { sender: upload.sender });
    });
  }

  /** The checks failed as often as they may; the file stays, and somebody has to look why. */
  stall(upload: Upload, caller: Caller): Promise<boolean> {
    return this.change(upload, { failureCode: CHECKS_STALLED }, caller, 'upload.stall', { code: CHECKS_STALLED });
  }

  private async change(
    { id, status, failureCode, uploadedByUserUuid }: Upload,
    change: Partial<Upload>,
    caller: Caller,
    action: string,
    details: Record<string, string> = {},
    also: (writes: Batch) => void = () => undefined,
  ): Promise<boolean> {
    const isOurs = await this.dataSource.transaction(async (tx) => {
      const asRead = { id, status, failureCode: failureCode ?? IsNull() };
      const { affected } = await tx.update(Upload, asRead, { ...change, updatedAt: this.clock.now() });
      if (affected !== 1) return false;
      const writes = this.audit.add(new Batch(tx), caller, {
        action,
        targetType: 'upload',
        targetId: id,
        subject: uploadedByUserUuid,
        changes: changesOf({ status }, { status: change.status ?? status }),
        ...(Object.keys(details).length > 0 ? { details } : {}),
      });
      also(writes);
      await writes.send();
      return true;
    });
    const outcome = change.status ?? 'stalled';
    if (isOurs) this.steps.add(1, { outcome, reason: change.failureCode ?? 'none' });
    return isOurs;
  }

  private release(writes: Batch, { organizationId, sizeBytes }: Upload): void {
    this.quota.release(writes, organizationId, sizeBytes);
  }
}
