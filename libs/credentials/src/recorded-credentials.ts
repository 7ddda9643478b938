import { isDeepStrictEqual } from 'node:util';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { changesOf } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { dateIn, newId, requireMatch } from '#libs/common';
import { Batch, fromReplica, RepeatedSelect } from '#libs/database';
import type { Upload } from '#libs/uploads';
import type { PersonRef } from '#libs/users';
import type { SubmissionContent, VerificationStatus } from '#libs/verification';
import type { CredentialReader } from './credential-files.service';
import type { CredentialsQuery } from './credential-query.dto';
import type { CredentialTools } from './credential-tools';
import { requireDates } from './credential-dates';
import type { FieldOf, Given, RecordedCredential, RecordedKind } from './recorded-kind';
import { expiryRange } from './validity';

interface VisibleParameters {
  organization: number;
  /** Whose alone; everybody's when left out. */
  self?: string;
}

interface OneParameters extends VisibleParameters {
  id: string;
}

interface ListParameters extends VisibleParameters {
  person: string;
  type?: string;
  review?: VerificationStatus;
  cursor?: string;
}

/** A new credential, or a change of one, before it is made. */
export interface Preparation<T> {
  holderUuid: string;
  /** Null for a new one. */
  before: T | null;
  /** What was given, of a change what is new in it. */
  change: Given<T>;
}

/**
 * Records, lists, changes and deletes the credentials of one kind. Its lib extends it with the kind and no more:
 * `super(SEAMAN_BOOK, tools)`.
 */
export abstract class RecordedCredentials<T extends RecordedCredential> implements CredentialReader {
  private readonly one: RepeatedSelect<OneParameters, T>;
  private readonly shownAlone: RepeatedSelect<OneParameters, T>;
  private readonly locked: RepeatedSelect<OneParameters, T>;
  private readonly listed: RepeatedSelect<ListParameters, T>;
  private readonly fields: readonly FieldOf<T>[];

  protected constructor(
    private readonly kind: RecordedKind<T>,
    protected readonly tools: CredentialTools,
  ) {
    const { name, typeField, reviewedFields, otherFields } = kind;
    this.fields = [typeField, ...reviewedFields, ...otherFields];
    const byId = (manager: EntityManager, given: OneParameters) =>
      this.visible(manager, given).andWhere(`${name}.id = :id`, { id: given.id });
    this.one = new RepeatedSelect(byId);
    this.shownAlone = new RepeatedSelect((manager, given) =>
      byId(manager, given).select(shownAlone(name, this.fields)),
    );
    this.locked = new RepeatedSelect((manager, given) =>
      byId(manager, given).setLock('pessimistic_write', undefined, [name, 'verification']),
    );
    this.listed = new RepeatedSelect((manager, given) => this.ofPerson(manager, given));
  }

  /** Records one and sends it in for review. @throws person_not_found, upload_not_usable, expiry_before_issue, issued_in_future, year_out_of_range, duplicate_file */
  async create(actor: Actor, userUuid: string, given: Given<T>): Promise<T> {
    const { people, dataSource } = this.tools;
    const person = await people.getByUuid(actor, userUuid);
    // Without a file there is nothing to lock, and all of it is one statement, which is a transaction by itself.
    if (!given.uploadId) return this.enter(dataSource.manager, actor, person, given);
    return dataSource.transaction((tx) => this.enter(tx, actor, person, given));
  }

  private async enter(tx: EntityManager, actor: Actor, person: PersonRef, given: Given<T>): Promise<T> {
    const { kind, fields } = this;
    const { uploads, verifications, audit, clock } = this.tools;
    const now = clock.now();
    const { organizationId } = actor;
    const credential = new kind.entity();
    credential.id = newId();
    const prepared = await this.prepare(tx, actor, { holderUuid: person.uuid, before: null, change: given });
    for (const field of fields) credential[field] = (prepared[field] ?? null) as T[FieldOf<T>];
    Object.assign(credential, {
      organizationId,
      userUuid: person.uuid,
      uploadedByUserUuid: actor.userUuid,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    requireDates(credential, credential, dateIn(actor.timeZone, now));
    const upload = given.uploadId ? await uploads.attach(tx, actor, given.uploadId, person.uuid) : null;
    credential.upload = upload;
    const writes = new Batch(tx);
    audit.add(writes, actor, {
      action: `${kind.resource}.create`,
      targetType: kind.name,
      targetId: credential.id,
      subject: person.uuid,
      changes: changesOf<T>(null, pick(credential, fields)),
    });
    credential.verification = await verifications.open(
      writes,
      actor,
      {
        organizationId,
        userUuid: person.uuid,
        target: { type: kind.name, id: credential.id },
        subject: String(credential[kind.typeField]),
      },
      recordedSubmission(kind, credential, upload, actor.userUuid),
    );
    credential.verificationId = credential.verification.id;
    if (upload) await verifications.requireWelcome(tx, actor, credential.verification);
    await writes.insert(kind.entity, credential).send();
    return credential;
  }

  /** A person's, newest first: one statement besides finding the person. @throws person_not_found */
  async list(actor: Actor, userUuid: string, query: CredentialsQuery, type?: string): Promise<T[]> {
    const { people, dataSource, clock } = this.tools;
    const person = await people.getByUuid(actor, userUuid);
    const wanted: ListParameters = {
      organization: actor.organizationId,
      self: selfOf(actor),
      person: person.uuid,
      type,
      review: query.verification_status,
      cursor: query.cursor,
    };
    const { manager } = dataSource;
    const replaced = query.current === undefined ? undefined : this.kind.replacedSql?.(this.kind.name);
    if (!query.status && !replaced) {
      return fromReplica(dataSource, actor, () => this.listed.getMany(manager, wanted, ` limit ${query.limit}`));
    }
    const select = this.ofPerson(manager, wanted).limit(query.limit);
    if (query.status) {
      const today = dateIn(actor.timeZone, clock.now());
      const column = `${this.kind.name}.expiry_date`;
      const { condition, parameters } = expiryRange(column, query.status, today, actor.expiringSoonDays);
      select.andWhere(condition, parameters);
    }
    if (replaced) select.andWhere(query.current ? `not ${replaced}` : replaced);
    return select.getMany();
  }

  /** @throws the kind's 404 */
  async get(actor: Actor, id: string): Promise<T> {
    const { dataSource } = this.tools;
    const read = () => this.shownAlone.getOne(dataSource.manager, oneOf(actor, id));
    return this.found(await fromReplica(dataSource, actor, read));
  }

  /** As it is at this moment, for what follows from it. @throws the kind's 404 */
  async getCurrent(actor: Actor, id: string): Promise<T> {
    return this.found(await this.one.getOne(this.tools.dataSource.manager, oneOf(actor, id)));
  }

  /**
   * Changes the given fields; a change that a reviewer vouches for goes back to review as a new submission.
   * @throws the kind's 404, changed_since_read, upload_not_usable, expiry_before_issue, issued_in_future, year_out_of_range, duplicate_file
   */
  update(actor: Actor, id: string, given: Given<T>, ifMatch?: string): Promise<T> {
    const { kind } = this;
    const { dataSource, uploads, verifications, audit, clock } = this.tools;
    return dataSource.transaction(async (tx) => {
      const credential = await this.lock(tx, actor, id);
      const { verification } = credential;
      requireMatch(ifMatch, verification.etag);
      const { userUuid: holderUuid } = credential;
      const wanted = this.changed(credential, given);
      if (Object.keys(wanted).length === 0) return credential;
      const change = await this.prepare(tx, actor, { holderUuid, before: credential, change: wanted });
      if (Object.keys(change).length === 0) return credential;
      const changes = changesOf<T>(credential, change);
      Object.assign(credential, change, { updatedAt: clock.now() });
      requireDates(credential, change, dateIn(actor.timeZone, credential.updatedAt));
      const upload = change.uploadId
        ? await uploads.attach(tx, actor, change.uploadId, credential.userUuid)
        : await this.attachedUpload(tx, credential);
      credential.upload = upload;
      const row = { ...change, updatedAt: credential.updatedAt } as Partial<T>;
      const writes = new Batch(tx).update(kind.entity, 'id', id, row);
      audit.add(writes, actor, {
        action: `${kind.resource}.update`,
        targetType: kind.name,
        targetId: id,
        subject: credential.userUuid,
        changes,
      });
      if (kind.reviewedFields.some((field) => field in change)) {
        await verifications.submit(
          writes,
          actor,
          verification,
          recordedSubmission(kind, credential, upload, actor.userUuid),
        );
        if (change.uploadId) await verifications.requireWelcome(tx, actor, verification);
      } else {
        verifications.touch(writes, verification);
      }
      await writes.send();
      return credential;
    });
  }

  /** Soft: the row, its file and its history stay. @throws the kind's 404, changed_since_read */
  remove(actor: Actor, id: string, ifMatch?: string): Promise<void> {
    const { kind } = this;
    const { dataSource, verifications, audit, clock } = this.tools;
    return dataSource.transaction(async (tx) => {
      const credential = await this.lock(tx, actor, id);
      requireMatch(ifMatch, credential.verification.etag);
      const now = clock.now();
      const writes = new Batch(tx).update(kind.entity, 'id', id, { deletedAt: now, updatedAt: now } as Partial<T>);
      verifications.withdraw(writes, credential.verification);
      audit.add(writes, actor, {
        action: `${kind.resource}.delete`,
        targetType: kind.name,
        targetId: id,
        subject: credential.userUuid,
      });
      await writes.send();
    });
  }

  /** Those of these ids that are alive in the organisation, in any order. */
  findByIds(organization: number, ids: string[]): Promise<T[]> {
    return this.visible(this.tools.dataSource.manager, { organization })
      .andWhere(`${this.kind.name}.id = any(:ids)`, { ids })
      .getMany();
  }

  /** For a kind with rules of its own: what a change brings along with it. @throws what the kind's lib says */
  protected prepare(_tx: EntityManager, _actor: Actor, { change }: Preparation<T>): Promise<Given<T>> {
    return Promise.resolve(change);
  }

  private found(credential: T | null): T {
    if (!credential) throw this.kind.errors.notFound();
    return credential;
  }

  /** Credential and verification are locked together, so that an edit and a decision happen one after the other. */
  private async lock(tx: EntityManager, actor: Actor, id: string): Promise<T> {
    const credential = await this.locked.getOne(tx, oneOf(actor, id));
    await this.tools.rights.confirm(actor, tx);
    return this.found(credential);
  }

  private attachedUpload(manager: EntityManager, { uploadId, organizationId }: T): Promise<Upload | null> {
    if (uploadId === null) return Promise.resolve(null);
    return this.tools.uploads.findAttached(manager, organizationId, uploadId);
  }

  private changed(credential: T, given: Given<T>): Given<T> {
    const names = [...this.kind.reviewedFields, ...this.kind.otherFields];
    return pick(
      given,
      names.filter((name) => given[name] !== undefined && !isDeepStrictEqual(given[name], credential[name])),
    );
  }

  /** The living ones with their review, and of the file what they are shown with. */
  private visible(manager: EntityManager, { organization, self }: VisibleParameters): SelectQueryBuilder<T> {
    const { name, entity } = this.kind;
    const select = manager
      .createQueryBuilder(entity, name)
      .innerJoinAndSelect(`${name}.verification`, 'verification')
      .leftJoin(`${name}.upload`, 'upload')
      .addSelect(['upload.number', 'upload.status'])
      .where(`${name}.organization_id = :organization`, { organization })
      .andWhere(`${name}.deleted_at is null`);
    if (self) select.andWhere(`${name}.user_uuid = :self`, { self });
    return select;
  }

  /** Those of one person, newest first, with what a list shows. */
  private ofPerson(manager: EntityManager, given: ListParameters): SelectQueryBuilder<T> {
    const { name, typeField } = this.kind;
    const { person, type, review, cursor } = given;
    const select = this.visible(manager, given)
      .select(listed(name, this.fields))
      .andWhere(`${name}.user_uuid = :person`, { person });
    if (type) select.andWhere(`${name}.${typeField} = :type`, { type });
    if (review) select.andWhere('verification.status = :review', { review });
    if (cursor) select.andWhere(`${name}.id < :cursor`, { cursor });
    return select.orderBy(`${name}.id`, 'DESC');
  }
}

/** What a reviewer is shown and vouches for. */
export function recordedSubmission<T extends RecordedCredential>(
  { typeField, reviewedFields }: RecordedKind<T>,
  credential: T,
  upload: Pick<Upload, 'sha256'> | null,
  submittedByUserUuid: string,
): SubmissionContent {
  return {
    snapshot: pick<T>(credential, [typeField, ...reviewedFields]) as SubmissionContent['snapshot'],
    uploadId: credential.uploadId,
    fileSha256: upload?.sha256 ?? null,
    submittedByUserUuid,
  };
}

/** A crew member sees their own, staff all of the organisation. */
function selfOf(actor: Actor): string | undefined {
  return actor.isStaff ? undefined : actor.userUuid;
}

/** Parameters are named one by one: what is added to a spread object costs Node 20 a new hidden class each time (ADR 0101). */
function oneOf(actor: Actor, id: string): OneParameters {
  return { organization: actor.organizationId, self: selfOf(actor), id };
}

/** Of these tables a list shows half the columns, and reading columns is most of what it costs in this process (docs/performance.md). */
function listed(name: string, fields: readonly string[]): string[] {
  return [
    ...['id', ...fields, 'uploadedByUserUuid', 'createdAt', 'updatedAt'].map(of(name)),
    ...['id', 'targetType', 'targetId', 'status', 'rejectionReason', 'reviewedAt'].map(of('verification')),
    ...['method', 'checkedAt', 'verifiedName'].map(of('verification')),
    ...['duplicateTargetType', 'duplicateTargetId', 'duplicateUserUuid'].map(of('verification')),
    ...['number', 'status'].map(of('upload')),
  ];
}

/** And one by itself, with its entity tag and whose it is. */
function shownAlone(name: string, fields: readonly string[]): string[] {
  return [
    ...listed(name, fields),
    ...['organizationId', 'userUuid'].map(of(name)),
    ...['submissionNumber', 'revision'].map(of('verification')),
  ];
}

function of(alias: string): (property: string) => string {
  return (property) => `${alias}.${property}`;
}

function pick<T>(from: Given<T>, names: readonly FieldOf<T>[]): Given<T> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Given<T>;
}
