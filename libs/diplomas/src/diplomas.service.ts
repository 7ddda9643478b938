import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, fieldProblem, isUsualYear, newId, parseInstant, requireMatch, yearOutOfRange } from '#libs/common';
import { Batch, violatesForeignKey } from '#libs/database';
import { hasArrived, type Upload, Uploads } from '#libs/uploads';
import type { PresignedPost } from '#libs/storage';
import { People, type PersonRef } from '#libs/users';
import { Verifications } from '#libs/verification';
import { DiplomaFiles } from './diploma-files.service';
import { DiplomaLinks } from './diploma-links';
import { submissionOf } from './diploma-submission';
import { diplomasOf } from './diploma-reader.service';
import type { CreateDiplomaDto, UpdateDiplomaDto } from './diploma.dto';
import { Diploma } from './diploma.entity';
import { diplomaNotFound, obtainedInFuture, titleUnknown, twoFiles } from './diplomas.errors';
import { isInFuture } from './obtained-at';
import { Titles } from './titles.service';

/** What a writing route answers. */
export interface WrittenDiploma {
  diploma: Diploma;
  userId: number;
  presignedUrl: string;
  upload: { uploadId: string; post: PresignedPost; expiresAt: Date } | null;
}

/** Writes diplomas of contract D. */
@Injectable()
export class Diplomas {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: People,
    private readonly titles: Titles,
    private readonly files: DiplomaFiles,
    private readonly links: DiplomaLinks,
    private readonly uploads: Uploads,
    private readonly verifications: Verifications,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a diploma. Without an attachment it is sent in for review at once, with one as soon as the file has arrived.
   * @throws person_not_found, title_unknown, obtained_in_future, year_out_of_range, two_files, upload_not_usable, duplicate_file and what an upload may be
   * refused for
   */
  async create(actor: Actor, userRef: string, dto: CreateDiplomaDto): Promise<WrittenDiploma> {
    const person = await this.people.getById(actor, userRef);
    // Without a file nothing is locked, and all that is written is one statement, which is a transaction by itself.
    const isPlain = !dto.attachment && !dto.uploadId;
    const diploma = await ofKnownTitle(() =>
      isPlain
        ? this.enter(this.dataSource.manager, actor, person, dto)
        : this.dataSource.transaction((tx) => this.enter(tx, actor, person, dto)),
    );
    return this.written(actor, person, diploma, dto.attachment ? diploma.upload : null);
  }

  private async enter(tx: EntityManager, actor: Actor, person: PersonRef, dto: CreateDiplomaDto): Promise<Diploma> {
    const title = await this.titles.require(tx, actor, dto.titleId);
    const { organizationId } = actor;
    const now = this.clock.now();
    const uuid = newId();
    const obtainedAt = this.pastInstant(actor, dto.obtainedAt);
    const upload = await this.fileOf(tx, actor, { uuid, userUuid: person.uuid }, dto);
    const diploma = Object.assign(new Diploma(), {
      uuid,
      organizationId,
      userUuid: person.uuid,
      titleId: title.id,
      title,
      obtainedAt,
      obtainedDay: null,
      uploadId: upload?.id ?? null,
      upload,
      deletedAt: null,
      createdAt: now,
      updatedAt: now,
    });
    const writes = new Batch(tx);
    const { titleId, uploadId } = diploma;
    this.audit.add(writes, actor, {
      action: 'diploma.create',
      targetType: 'diploma',
      targetId: uuid,
      subject: person.uuid,
      changes: changesOf<Diploma>(null, { titleId, obtainedAt, uploadId }),
    });
    diploma.verification = await this.verifications.open(
      writes,
      actor,
      { organizationId, userUuid: person.uuid, target: { type: 'diploma', id: uuid }, subject: title.name },
      dto.attachment ? null : submissionOf(diploma, upload, actor.userUuid),
    );
    diploma.verificationId = diploma.verification.id;
    if (dto.uploadId) await this.verifications.requireWelcome(tx, actor, diploma.verification);
    await writes.insert(Diploma, diploma).send();
    return diploma;
  }

  /**
   * Changes the given fields; every one of them is reviewed, so a change sends the diploma in again.
   * @throws person_not_found, diploma_not_found, changed_since_read, title_unknown, obtained_in_future, year_out_of_range, two_files, upload_not_usable,
   * duplicate_file and what an upload may be refused for
   */
  async update(
    actor: Actor,
    userRef: string,
    id: number,
    dto: UpdateDiplomaDto,
    ifMatch?: string,
  ): Promise<WrittenDiploma> {
    const person = await this.people.getById(actor, userRef);
    const write = async (tx: EntityManager) => {
      const found = await this.lock(tx, actor, person, id);
      requireMatch(ifMatch, found.verification.etag);
      const change: Partial<Diploma> = {};
      if (dto.titleId !== undefined && dto.titleId !== found.titleId) {
        found.title = await this.titles.require(tx, actor, dto.titleId);
        change.titleId = found.title.id;
      }
      if (dto.obtainedAt !== undefined) {
        const obtainedAt = this.pastInstant(actor, dto.obtainedAt);
        if (obtainedAt?.getTime() !== found.obtainedAt?.getTime()) {
          Object.assign(change, { obtainedAt, obtainedDay: null } satisfies Partial<Diploma>);
        }
      }
      const isSameFile = Boolean(dto.uploadId) && dto.uploadId === found.uploadId;
      const newFile = isSameFile ? null : await this.fileOf(tx, actor, found, dto);
      if (newFile || (isFileCleared(dto) && found.uploadId !== null)) {
        found.upload = newFile;
        change.uploadId = newFile?.id ?? null;
      }
      if (Object.keys(change).length > 0) await this.store(tx, actor, found, change);
      if (newFile && dto.uploadId) await this.verifications.requireWelcome(tx, actor, found.verification);
      return { diploma: found, announced: dto.attachment ? newFile : null };
    };
    const { diploma, announced } = await ofKnownTitle(() => this.dataSource.transaction(write));
    return this.written(actor, person, diploma, announced);
  }

  /** Soft: `deletedAt` is set and shown; file and history stay. @throws person_not_found, diploma_not_found, changed_since_read */
  async remove(
    actor: Actor,
    userRef: string,
    id: number,
    ifMatch?: string,
  ): Promise<Pick<WrittenDiploma, 'diploma' | 'userId'>> {
    const person = await this.people.getById(actor, userRef);
    return this.dataSource.transaction(async (tx) => {
      const diploma = await this.lock(tx, actor, person, id);
      requireMatch(ifMatch, diploma.verification.etag);
      const now = this.clock.now();
      Object.assign(diploma, { deletedAt: now, updatedAt: now });
      const writes = new Batch(tx).update(Diploma, 'id', id, { deletedAt: now, updatedAt: now });
      this.verifications.withdraw(writes, diploma.verification);
      this.audit.add(writes, actor, {
        action: 'diploma.delete',
        targetType: 'diploma',
        targetId: diploma.uuid,
        subject: person.uuid,
      });
      await writes.send();
      return { diploma, userId: person.id };
    });
  }

  /** The place of a file that will be sent, or one that is here already. @throws two_files, upload_not_usable */
  private async fileOf(
    tx: EntityManager,
    actor: Actor,
    diploma: Pick<Diploma, 'uuid' | 'userUuid'>,
    { attachment, uploadId }: UpdateDiplomaDto,
  ): Promise<Upload | null> {
    if (attachment && uploadId) throw fieldProblem(twoFiles, 'uploadId');
    if (uploadId) return this.uploads.attach(tx, actor, uploadId, diploma.userUuid);
    return attachment ? this.files.expect(tx, actor, diploma, attachment) : null;
  }

  private async store(tx: EntityManager, actor: Actor, diploma: Diploma, change: Partial<Diploma>): Promise<void> {
    const changes = changesOf<Diploma>(diploma, change);
    Object.assign(diploma, change, { updatedAt: this.clock.now() });
    const writes = new Batch(tx).update(Diploma, 'id', diploma.id, { ...change, updatedAt: diploma.updatedAt });
    this.audit.add(writes, actor, {
      action: 'diploma.update',
      targetType: 'diploma',
      targetId: diploma.uuid,
      subject: diploma.userUuid,
      changes,
    });
    const { title, upload, verification } = diploma;
    // A file that is still on its way is part of what will be reviewed: nothing can be decided before it is here.
    if (upload && !hasArrived(upload)) this.verifications.takeBack(writes, actor, verification, title.name);
    else {
      const content = submissionOf(diploma, upload, actor.userUuid);
      await this.verifications.submit(writes, actor, verification, content, title.name);
    }
    await writes.send();
  }

  private async written(
    actor: Actor,
    person: PersonRef,
    diploma: Diploma,
    announced: Upload | null,
  ): Promise<WrittenDiploma> {
    return {
      diploma,
      userId: person.id,
      presignedUrl: this.links.urlOf(diploma, actor),
      upload: announced && {
        uploadId: announced.id,
        post: await this.uploads.presignedPost(announced),
        expiresAt: announced.expiresAt,
      },
    };
  }

  private async lock(tx: EntityManager, actor: Actor, person: PersonRef, id: number): Promise<Diploma> {
    const diploma = await diplomasOf(tx, actor, person)
      .innerJoinAndSelect('diploma.title', 'title')
      .andWhere('diploma.id = :id and diploma.deleted_at is null', { id })
      .setLock('pessimistic_write', undefined, ['diploma', 'verification'])
      .getOne();
    await this.rights.confirm(actor, tx);
    if (!diploma) throw diplomaNotFound();
    return diploma;
  }

  /** @throws obtained_in_future, year_out_of_range, naming the field */
  private pastInstant({ timeZone }: Actor, text: string | null | undefined): Date | null {
    if (text === null || text === undefined) return null;
    const instant = parseInstant(text);
    if (instant && isInFuture(instant, this.clock.now(), timeZone)) throw fieldProblem(obtainedInFuture, 'obtainedAt');
    // The contract's form lets the year 0 through, which is none.
    if (!instant || !isUsualYear(text.slice(0, 10))) throw fieldProblem(yearOutOfRange, 'obtainedAt');
    return instant;
  }
}

/** The title may be deleted between being found and being referred to. @throws title_unknown, naming `titleId` */
async function ofKnownTitle<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw violatesForeignKey(error, 'diplomas_title_fkey') ? fieldProblem(titleUnknown, 'titleId') : error;
  }
}

/** By either of its names, and with no other file in its place. */
function isFileCleared({ attachment, uploadId }: UpdateDiplomaDto): boolean {
  return !attachment && !uploadId && (attachment === null || uploadId === null);
}
