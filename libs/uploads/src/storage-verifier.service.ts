import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, IsNull, Not } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { Clock, newId } from '#libs/common';
import { DERIVATIVES } from '#libs/inspection';
import {
  derivativeKey,
  type ListedObject,
  ObjectNotFound,
  ObjectStorage,
  quarantineKey,
  ROOTS,
  uploadOf,
} from '#libs/storage';
import { type FindingKind, StorageFinding } from './storage-finding.entity';
import { StorageVerification } from './storage-verification.entity';
import { Upload, type UploadStatus } from './upload.entity';

/** Any constant; whoever holds this lock is the one process that compares. */
const LOCK = 4_703_112;
/** Files between two notes of how far it has come: what a killed process has to read again. */
const FILES_PER_STEP = 100;
const READ_AT_ONCE = 8;
const OBJECTS_PER_STEP = 1000;
/** What changed this recently may be changing still: it is left to the next run. */
const SETTLED_AFTER_MS = 60 * 60_000;

const ACTOR = 'storage:verify';

/** Rows whose bytes must be in storage. An infected one with a failure code has been removed from quarantine. */
const HAS_BYTES = `(status in ('uploaded', 'ready') or (status = 'infected' and failure_code is null))`;

const COUNT_FILES = `
  select coalesce(max(number), 0) as "lastNumber", count(*) filter (where ${HAS_BYTES})::int as "fileCount" from uploads`;

const NEXT_FILES = `
  select number, id, organization_id as "organizationId", status, object_key as "objectKey", sha256,
         derivatives_prefix as "derivativesPrefix", altered_at as "alteredAt", updated_at as "updatedAt"
  from uploads where number > $1 and number <= $2 and ${HAS_BYTES} order by number limit ${FILES_PER_STEP}`;

const OWNERS = `
  select id, organization_id as "organizationId", object_key as "objectKey", derivatives_prefix as "derivativesPrefix",
         case when status = 'infected' and failure_code is null then true else false end as "isQuarantined",
         greatest(expires_at, updated_at) as "lastChange"
  from uploads where id = any($1)`;

interface FileRow {
  number: number;
  id: string;
  organizationId: number;
  status: UploadStatus;
  objectKey: string | null;
  sha256: string;
  derivativesPrefix: string | null;
  alteredAt: Date | null;
  updatedAt: Date;
}

interface Owner {
  id: string;
  organizationId: number;
  objectKey: string | null;
  derivativesPrefix: string | null;
  isQuarantined: boolean;
  lastChange: Date;
}

type Finding = Pick<StorageFinding, 'kind' | 'key' | 'uploadId' | 'organizationId'>;

/** Where a run is. Files are read first, then storage is listed. */
export interface VerificationProgress {
  /** Files to read in all, and read so far, by this process and those before it. */
  fileCount: number;
  readCount: number;
  /** Objects looked at in the listing. */
  listedCount: number;
}

export interface VerificationReport extends VerificationProgress {
  startedAt: Date;
  /** Files that an interrupted process had read before. */
  readBefore: number;
  findings: Finding[];
}

export interface VerificationOptions {
  /** Begins anew instead of going on with an interrupted run. */
  restart: boolean;
  /** Told after every step; whatever it throws ends the run, which can be gone on with. */
  onProgress: (progress: VerificationProgress) => void;
}

/** Another process compares storage and records at this moment. */
export class VerificationInProgress extends Error {
  constructor() {
    super('Another process is comparing storage with the records; it holds a lock in the database until it ends.');
    this.name = 'VerificationInProgress';
  }
}

/**
 * Compares storage with the records: reads every file again, and looks at every object for what refers to it. How far it has
 * come is kept in the database, so that any machine can go on after an interruption. It removes nothing. A file whose bytes are
 * no longer those that were sent is withheld from then on, until a later run finds them right again (from a backup).
 */
@Injectable()
export class StorageVerifier {
  private readonly logger = new Logger('StorageVerifier');

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly storage: ObjectStorage,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws VerificationInProgress, storage_unavailable */
  async verify({ restart, onProgress }: VerificationOptions): Promise<VerificationReport> {
    // A connection of its own: the lock is the session's, and ends with the process.
    const session = this.dataSource.createQueryRunner();
    const lock = (verb: string) =>
      session.manager.query<[{ done: boolean }]>(`select pg_${verb}($1) as done`, [LOCK]).then(([{ done }]) => done);
    try {
      if (!(await lock('try_advisory_lock'))) throw new VerificationInProgress();
      try {
        return await this.run(restart, onProgress);
      } finally {
        await lock('advisory_unlock');
      }
    } finally {
      await session.release();
    }
  }

  private async run(restart: boolean, onProgress: VerificationOptions['onProgress']): Promise<VerificationReport> {
    const { manager } = this.dataSource;
    const interrupted = restart ? null : await manager.findOneBy(StorageVerification, { endedAt: IsNull() });
    const run = interrupted ?? (await this.begin());
    const readBefore = run.readCount;
    onProgress(run);
    while (await this.readStep(run)) onProgress(run);
    for await (const objects of this.steps(run.listedKey)) {
      await this.listStep(run, objects);
      onProgress(run);
    }
    await manager.update(StorageVerification, { id: run.id }, { endedAt: this.clock.now() });
    const findings = await manager.find(StorageFinding, { where: { verificationId: run.id }, order: { id: 'ASC' } });
    const { startedAt, fileCount, readCount, listedCount } = run;
    return { startedAt, fileCount, readCount, listedCount, readBefore, findings };
  }

  /** Only the newest run is kept. */
  private begin(): Promise<StorageVerification> {
    return this.dataSource.transaction(async (tx) => {
      const [extent] = await tx.query<[Pick<StorageVerification, 'lastNumber' | 'fileCount'>]>(COUNT_FILES);
      const run = tx.create(StorageVerification, {
        id: newId(),
        startedAt: this.clock.now(),
        endedAt: null,
        ...extent,
        readNumber: 0,
        readCount: 0,
        listedKey: '',
        listedCount: 0,
      });
      await tx.insert(StorageVerification, run);
      await tx.delete(StorageVerification, { id: Not(run.id) });
      return run;
    });
  }

  /** Reads the next files; false when there are none left. */
  private async readStep(run: StorageVerification): Promise<boolean> {
    const rows = await this.dataSource.query<FileRow[]>(NEXT_FILES, [run.readNumber, run.lastNumber]);
    const last = rows.at(-1);
    if (!last) return false;
    const findings = await inParallel(rows, READ_AT_ONCE, (row) => this.examine(row));
    await this.note(run, findings.flat(), { readNumber: last.number, readCount: run.readCount + rows.length });
    return true;
  }

  private async examine(row: FileRow): Promise<Finding[]> {
    const key = row.objectKey ?? quarantineKey(row.organizationId, row.id);
    const kind = await this.compare(key, row.sha256);
    if (kind === null) {
      if (row.alteredAt !== null) await this.mark(row, null);
      return this.missingPictures(row);
    }
    if (await this.hasMovedOn(row)) return [];
    if (kind === 'altered' && row.alteredAt === null) await this.mark(row, this.clock.now());
    return [{ kind, key, uploadId: row.id, organizationId: row.organizationId }];
  }

  /** What is wrong with an object; a fault is believed when a second look shows it too. @throws storage_unavailable */
  private async compare(key: string, sha256: string): Promise<FindingKind | null> {
    let found: FindingKind | null = null;
    for (let look = 1; look <= 2; look += 1) {
      try {
        if ((await this.hash(key)) === sha256) return null;
        found = 'altered';
      } catch (error) {
        if (error instanceof ObjectNotFound) return 'missing';
        // One file that cannot be read to its end, or all of storage?
        await this.storage.requireReady();
        this.logger.warn({ message: 'An object could not be read', key, error });
        found = 'unreadable';
      }
    }
    return found;
  }

  private async hash(key: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of (await this.storage.read(key)) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  }

  private async missingPictures({
    id,
    organizationId,
    derivativesPrefix: prefix,
    ...row
  }: FileRow): Promise<Finding[]> {
    if (prefix === null) return [];
    const there = new Set(await this.storage.list(prefix));
    const missing = DERIVATIVES.map((name) => derivativeKey(prefix, name)).filter((key) => !there.has(key));
    if (missing.length === 0 || (await this.hasMovedOn({ id, ...row }))) return [];
    return missing.map((key) => ({ kind: 'picture_missing', key, uploadId: id, organizationId }));
  }

  /** True when the product has meanwhile done something with the upload, or is about to. */
  private async hasMovedOn({ id, status, objectKey }: Pick<FileRow, 'id' | 'status' | 'objectKey'>): Promise<boolean> {
    const now = await this.dataSource.manager.findOneByOrFail(Upload, { id });
    if (now.status !== status || now.objectKey !== objectKey) return true;
    return status !== 'ready' && !this.isSettled(now.updatedAt);
  }

  /** Withholds a file, or gives it back. */
  private async mark({ id, organizationId, alteredAt: before }: FileRow, alteredAt: Date | null): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const where = { id, alteredAt: before === null ? IsNull() : Not(IsNull()) };
      const { affected } = await tx.update(Upload, where, { alteredAt, updatedAt: this.clock.now() });
      if (affected !== 1) return;
      const { uploadedByUserUuid: subject } = await tx.findOneByOrFail(Upload, { id });
      await this.audit.record(
        tx,
        { organizationId, name: ACTOR },
        {
          action: alteredAt ? 'upload.withhold' : 'upload.restore',
          targetType: 'upload',
          targetId: id,
          subject,
          changes: changesOf({ alteredAt: before }, { alteredAt }),
        },
      );
    });
  }

  /** All objects after a key, in steps. */
  private async *steps(after: string): AsyncIterable<ListedObject[]> {
    let step: ListedObject[] = [];
    for (const root of ROOTS.filter((prefix) => prefix > after || after.startsWith(prefix))) {
      for await (const object of this.storage.walk(root, after.startsWith(root) ? after : undefined)) {
        step.push(object);
        if (step.length < OBJECTS_PER_STEP) continue;
        yield step;
        step = [];
      }
    }
    if (step.length > 0) yield step;
  }

  private async listStep(run: StorageVerification, objects: ListedObject[]): Promise<void> {
    const ids = new Set(objects.flatMap(({ key }) => uploadOf(key) ?? []));
    const rows = await this.dataSource.query<Owner[]>(OWNERS, [[...ids]]);
    const owners = new Map(rows.map((row) => [row.id, row]));
    const findings = objects.flatMap(({ key, modifiedAt }): Finding[] => {
      const owner = owners.get(uploadOf(key) ?? '');
      if (!this.isSettled(modifiedAt) || (owner && (refersTo(owner, key) || !this.isSettled(owner.lastChange))))
        return [];
      return [{ kind: 'orphaned', key, uploadId: owner?.id ?? null, organizationId: owner?.organizationId ?? null }];
    });
    const listedKey = objects.at(-1)?.key ?? run.listedKey;
    await this.note(run, findings, { listedKey, listedCount: run.listedCount + objects.length });
  }

  private isSettled(lastChange: Date): boolean {
    return this.clock.now().getTime() - lastChange.getTime() > SETTLED_AFTER_MS;
  }

  /** Findings and position together: what is noted as done has been told of. */
  private async note(run: StorageVerification, findings: Finding[], position: Partial<StorageVerification>) {
    await this.dataSource.transaction(async (tx) => {
      if (findings.length > 0) {
        await tx.insert(
          StorageFinding,
          findings.map((finding) => ({ id: newId(), verificationId: run.id, ...finding })),
        );
      }
      await tx.update(StorageVerification, { id: run.id }, position);
    });
    Object.assign(run, position);
  }
}

function refersTo(owner: Owner, key: string): boolean {
  if (owner.objectKey === key) return true;
  if (owner.isQuarantined && key === quarantineKey(owner.organizationId, owner.id)) return true;
  return owner.derivativesPrefix !== null && key.startsWith(owner.derivativesPrefix);
}

/** Results in the order of the items; at most `limit` are worked on at a time. */
async function inParallel<T, R>(items: T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}
