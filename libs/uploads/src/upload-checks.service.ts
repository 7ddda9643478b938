import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { newId, type ProblemDefinition } from '#libs/common';
import { contentTypeMismatch, type FileFacts, inspect, isDeclaredType } from '#libs/inspection';
import {
  checkedPrefix,
  checksumMismatch,
  incomingKey,
  ObjectNotFound,
  ObjectStorage,
  storageUnavailable,
} from '#libs/storage';
import { UploadObjects } from './upload-objects.service';
import { type Caller, UploadStates } from './upload-states.service';
import { UploadTurns } from './upload-turns';
import { Upload } from './upload.entity';
import { uploadSizeMismatch } from './uploads.errors';

interface Outcome {
  upload: Upload;
  /** Why the file was refused just now. */
  refusal?: ProblemDefinition;
  /** Another process is at it: the state may change in a moment. */
  isInHand?: boolean;
}

/**
 * Looks at what has arrived, while its sender waits; what is inside is looked at later (FileChecks). A client can write to the incoming key until the link expires; the checks run on a copy that
 * nobody else can write to, and that copy is what is served. Storage is never called inside a transaction: one guarded update
 * decides who wins when several checks run at once, and the losers clean up after themselves.
 */
@Injectable()
export class UploadChecks {
  private readonly logger = new Logger('UploadChecks');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly states: UploadStates,
    private readonly objects: UploadObjects,
    private readonly turns: UploadTurns,
  ) {}

  /**
   * Examines a pending upload, once however many ask at that moment, and answers the row as it then is, with the reason if this has refused it. An error leaves
   * the copy where it is: the update that makes it the file may have been carried out.
   */
  async check(upload: Upload, caller: Caller): Promise<Outcome> {
    if (upload.status !== 'pending') return { upload };
    const outcome = await this.turns.take(upload.id, () => this.checkAlone(upload, caller));
    return outcome ?? { upload: await this.reload(upload.id), isInHand: true };
  }

  private async checkAlone(upload: Upload, caller: Caller): Promise<Outcome> {
    const attempt = checkedPrefix(upload.organizationId, upload.id) + newId();
    try {
      return await this.examine(upload, attempt, caller);
    } catch (error) {
      // Nothing has arrived, or somebody else's check was done first and has removed what we were reading.
      if (!(error instanceof ObjectNotFound)) throw error;
      await this.objects.discard(attempt);
      return { upload: await this.reload(upload.id) };
    }
  }

  /** Copies what arrived, looks at the copy and decides. @throws ObjectNotFound when another check has removed it meanwhile */
  private async examine(upload: Upload, attempt: string, caller: Caller): Promise<Outcome> {
    const incoming = incomingKey(upload.id);
    const arrived = await this.storage.find(incoming);
    if (!arrived) return { upload: await this.reload(upload.id) };
    let refusal: ProblemDefinition | null = arrived.size === upload.sizeBytes ? null : uploadSizeMismatch;
    if (!refusal) {
      await this.storage.copy(incoming, attempt);
      const facts = await this.inspectObject(attempt);
      refusal = whyRefused(upload, facts);
      if (!refusal) {
        const isOurs = await this.states.arrive(upload, attempt, facts.sha256, caller);
        // Before anything else: the answer is what this call has made of it, not how far the checks are by then.
        const result = await this.reload(upload.id);
        if (!isOurs) await this.objects.discard(attempt);
        await this.objects.discard(incoming);
        return { upload: result };
      }
    }
    // Storage first: a failed upload has left nothing behind.
    await this.storage.remove(incoming);
    await this.storage.remove(attempt);
    const isRefused = await this.states.refuse(upload, refusal.code, caller);
    return { upload: await this.reload(upload.id), ...(isRefused ? { refusal } : {}) };
  }

  private async inspectObject(key: string): Promise<FileFacts> {
    const stream = await this.storage.read(key);
    try {
      return await inspect(stream);
    } catch (error) {
      this.logger.error({ message: 'An object could not be read to its end', error });
      throw storageUnavailable();
    }
  }

  private reload(id: string): Promise<Upload> {
    return this.dataSource.manager.findOneByOrFail(Upload, { id });
  }
}

function whyRefused(upload: Upload, facts: FileFacts): ProblemDefinition | null {
  if (facts.size !== upload.sizeBytes) return uploadSizeMismatch;
  if (upload.declaredSha256 !== null && facts.sha256 !== upload.declaredSha256) return checksumMismatch;
  return isDeclaredType(upload.mime, facts.detectedType) ? null : contentTypeMismatch;
}
