import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { Batch } from '#libs/database';
import { Jobs } from '#libs/jobs';
import { checkedPrefix, derivedRoot, incomingKey, ObjectStorage, quarantineKey } from '#libs/storage';
import { type HeldUntil, UploadHolders } from './upload-holders';
import { REMOVALS_LOCK } from './stored-files';
import { UploadQuota } from './upload-quota';
import { Upload, type UploadStatus } from './upload.entity';
import { QUARANTINE_ENDED, RETENTION_ENDED, UPLOAD_UNUSED } from './uploads.errors';

const SWEEP_JOB = 'uploads-sweep';
/** At night in Europe, and not on the hour. */
const EVERY_NIGHT = '41 2 * * *';
const BATCH = 500;
const DAY_MS = 86_400_000;

const OLD_FILES = `
  select number, id, created_at as "createdAt" from uploads
  where number > $1 and status in ('uploaded', 'ready') and created_at < $2 order by number limit ${BATCH}`;

/** Whoever is just attaching one of them has locked it; then it is not for us. */
const LOCK_FILES = `
  select id, organization_id as "organizationId", status, size_bytes as "sizeBytes", created_at as "createdAt",
         uploaded_by_user_uuid as "uploadedByUserUuid"
  from uploads where id = any($1) and status in ('uploaded', 'ready') order by id for update skip locked`;

const GIVE_UP = `
  update uploads set status = 'failed', failure_code = $2, updated_at = $3 where id = any($1)`;

/** Given up, and storage not yet cleared: the row forgets its object last. */
const LEFT_OVER = `
  select number, id, organization_id as "organizationId" from uploads
  where number > $1 and status = 'failed' and object_key is not null order by number limit ${BATCH}`;

const CLEARED = `
  update uploads set object_key = null, derivatives_prefix = null where id = $1 and status = 'failed'`;

/** Whoever copies the registry holds removals up (`holdRemovals`). */
const ARE_REMOVALS_HELD = `
  select exists (
    select 1 from pg_locks where locktype = 'advisory' and classid = 0 and objid = ${REMOVALS_LOCK} and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
  ) as "isHeld"`;

const OLD_QUARANTINE = `
  select number, id, organization_id as "organizationId", uploaded_by_user_uuid as "uploadedByUserUuid" from uploads
  where number > $1 and status = 'infected' and failure_code is null and updated_at < $2 order by number limit ${BATCH}`;

type Aged = Pick<Upload, 'id' | 'createdAt'>;
type Locked = Aged & Pick<Upload, 'organizationId' | 'sizeBytes' | 'uploadedByUserUuid'> & { status: UploadStatus };

/**
 * Removes files that nobody needs any longer, every night: those that no credential has ever referred to, those of credentials
 * deleted so long ago that their retention has ended, and what lies in quarantine. The row stays, and says why its file is gone. An
 * end decided in one transaction comes first, the objects after it; what a killed process left is found by the next sweep.
 */
@Injectable()
export class UploadSweep {
  private readonly logger = new Logger('UploadSweep');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly holders: UploadHolders,
    private readonly quota: UploadQuota,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly config: Config,
    jobs: Jobs,
  ) {
    jobs.handleScheduled(SWEEP_JOB, EVERY_NIGHT, () => this.sweep());
  }

  private async sweep(): Promise<void> {
    const { manager } = this.dataSource;
    const before = this.daysAgo(this.config.environment.UNUSED_UPLOAD_DAYS);
    for await (const files of this.batches<Aged & { number: number }>(OLD_FILES, before)) {
      const held = await this.holders.find(
        manager,
        files.map(({ id }) => id),
      );
      const over = files.filter((file) => this.whyOver(file, held) !== null);
      if (over.length > 0) await this.giveUp(over.map(({ id }) => id));
    }
    for await (const uploads of this.batches<Locked & { number: number }>(LEFT_OVER)) {
      for (const upload of uploads) {
        if (await this.areRemovalsHeld()) return;
        await this.clear(upload);
      }
    }
    if (this.config.environment.QUARANTINE_DAYS > 0) await this.emptyQuarantine();
  }

  /** Failure code of a file that is not needed any longer; null while it is. */
  private whyOver({ id, createdAt }: Aged, held: Map<string, HeldUntil>): string | null {
    const { UNUSED_UPLOAD_DAYS, RETENTION_DAYS } = this.config.environment;
    const hold = held.get(id);
    if (!hold) return createdAt < this.daysAgo(UNUSED_UPLOAD_DAYS) ? UPLOAD_UNUSED : null;
    if (hold.isAlive || RETENTION_DAYS === 0) return null;
    return hold.releasedAt < this.daysAgo(RETENTION_DAYS) ? RETENTION_ENDED : null;
  }

  /** Asks again for what holds them now that nobody can attach them any more, and ends those that are held by nothing. */
  private async giveUp(ids: string[]): Promise<void> {
    const ended = await this.dataSource.transaction(async (tx) => {
      const locked = await tx.query<Locked[]>(LOCK_FILES, [ids]);
      const held = await this.holders.find(
        tx,
        locked.map(({ id }) => id),
      );
      let count = 0;
      for (const code of [UPLOAD_UNUSED, RETENTION_ENDED]) {
        const over = locked.filter((upload) => this.whyOver(upload, held) === code);
        if (over.length === 0) continue;
        await tx.query(GIVE_UP, [over.map(({ id }) => id), code, this.clock.now()]);
        for (const [organizationId, uploads] of byOrganization(over))
          await this.account(tx, organizationId, uploads, code);
        count += over.length;
      }
      return count;
    });
    if (ended > 0) this.logger.log(`Removing ${ended} files that nothing needs any longer`);
  }

  private async account(tx: EntityManager, organizationId: number, uploads: Locked[], code: string): Promise<void> {
    const bytes = uploads.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const writes = new Batch(tx);
    this.quota.release(writes, organizationId, bytes);
    this.audit.add(
      writes,
      { organizationId, name: SWEEP_JOB },
      ...uploads.map(({ id, status, uploadedByUserUuid: subject }) => ({
        action: 'upload.remove',
        targetType: 'upload',
        targetId: id,
        subject,
        changes: changesOf({ status }, { status: 'failed' }),
        details: { code },
      })),
    );
    await writes.send();
  }

  private async clear({ id, organizationId }: Pick<Upload, 'id' | 'organizationId'>): Promise<void> {
    await this.storage.remove(incomingKey(id));
    for (const prefix of [checkedPrefix(organizationId, id), derivedRoot(organizationId, id)]) {
      for (const key of await this.storage.list(prefix)) await this.storage.remove(key);
    }
    await this.dataSource.query(CLEARED, [id]);
  }

  /** Asked before each: what was given up before the copy began is in no row of it, and what was given up since stays until the next night. */
  private async areRemovalsHeld(): Promise<boolean> {
    const [held] = await this.dataSource.query<[{ isHeld: boolean }]>(ARE_REMOVALS_HELD);
    if (held.isHeld) this.logger.log('A backup is being made; files are removed the next night');
    return held.isHeld;
  }

  /** The object first: the row says that it is gone only when it is. */
  private async emptyQuarantine(): Promise<void> {
    const before = this.daysAgo(this.config.environment.QUARANTINE_DAYS);
    for await (const uploads of this.batches<Locked & { number: number }>(OLD_QUARANTINE, before)) {
      for (const { id, organizationId, uploadedByUserUuid: subject } of uploads) {
        if (await this.areRemovalsHeld()) return;
        await this.storage.remove(quarantineKey(organizationId, id));
        await this.dataSource.transaction(async (tx) => {
          const change = { failureCode: QUARANTINE_ENDED, updatedAt: this.clock.now() };
          const { affected } = await tx.update(Upload, { id, status: 'infected' }, change);
          if (affected !== 1) return;
          await this.audit.record(
            tx,
            { organizationId, name: SWEEP_JOB },
            {
              action: 'upload.remove',
              targetType: 'upload',
              targetId: id,
              subject,
              details: { code: QUARANTINE_ENDED },
            },
          );
        });
      }
    }
  }

  /** Rows in the order of their numbers, a batch at a time. */
  private async *batches<T extends { number: number }>(
    statement: string,
    ...parameters: unknown[]
  ): AsyncIterable<T[]> {
    for (let last = 0; ;) {
      const rows = await this.dataSource.query<T[]>(statement, [last, ...parameters]);
      const end = rows.at(-1);
      if (!end) return;
      yield rows;
      last = end.number;
    }
  }

  private daysAgo(days: number): Date {
    return new Date(this.clock.now().getTime() - days * DAY_MS);
  }
}

function byOrganization(uploads: Locked[]): Map<number, Locked[]> {
  const groups = new Map<number, Locked[]>();
  for (const upload of uploads)
    groups.set(upload.organizationId, [...(groups.get(upload.organizationId) ?? []), upload]);
  return groups;
}
