import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import type { Actor } from '#libs/auth';
import { likePattern } from '#libs/common';
import type { CredentialReader } from '#libs/credentials';
import { fromReplica, RepeatedSelect } from '#libs/database';
import { People, type PersonRef } from '#libs/users';
import type { Verification } from '#libs/verification';
import { DIPLOMA } from './diploma-kind';
import { DiplomaLinks } from './diploma-links';
import type { DiplomaExtension, DiplomaSortField, DiplomasQuery, ReviewedDiplomasQuery } from './diploma.dto';
import { Diploma } from './diploma.entity';
import { diplomaNotFound } from './diplomas.errors';
import type { List } from './list-query.dto';

/** What a reading route answers; the last three only when asked for. */
export interface DiplomaView {
  diploma: Diploma;
  userId: number;
  presignedUrl?: string;
  actions?: { canBeUpdated: boolean; canBeDeleted: boolean };
  verification?: Verification;
}

const SORT_COLUMNS: Record<Exclude<DiplomaSortField, 'id'>, string> = {
  obtainedAt: 'diploma.obtained_at',
  createdAt: 'diploma.created_at',
  updatedAt: 'diploma.updated_at',
  titleName: 'verification.subject',
};

interface ListParameters {
  organization: number;
  person: string;
  withDeleted?: true;
  titleId?: number;
  titleName?: string;
  fileName?: string;
}

const LIST = new RepeatedSelect(listed);

/** Reads diplomas, for both contracts. */
@Injectable()
export class DiplomaReader implements CredentialReader {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly people: People,
    private readonly links: DiplomaLinks,
  ) {}

  /** A person's diplomas: one statement besides finding the person, two with `includeCount`. @throws person_not_found */
  async list(actor: Actor, userRef: string, query: DiplomasQuery): Promise<List<DiplomaView>> {
    const person = await this.people.getById(actor, userRef);
    const wanted: ListParameters = {
      organization: actor.organizationId,
      person: person.uuid,
      withDeleted: query.whereDeleted || undefined,
      titleId: query.whereTitleId,
      titleName: query.whereTitleName ? likePattern(query.whereTitleName) : undefined,
      fileName: query.whereAttachmentName ? likePattern(query.whereAttachmentName) : undefined,
    };
    const { manager } = this.dataSource;
    const totalCount = query.includeCount ? await listed(manager, wanted).getCount() : undefined;
    const { page, pageSize } = query;
    const cut = ` order by ${sortOrder(query.orderBy)} limit ${pageSize} offset ${(page - 1) * pageSize}`;
    const read = () => LIST.getMany(manager, wanted, cut);
    const diplomas = await fromReplica(this.dataSource, actor, read);
    return {
      data: this.views(actor, person, diplomas, query.extend),
      ...(totalCount === undefined ? {} : { totalCount }),
      pagination: { page: query.page, pageSize: query.pageSize },
    };
  }

  /** One diploma, deleted ones too. @throws person_not_found, diploma_not_found */
  async get(actor: Actor, userRef: string, id: number, extend: DiplomaExtension[]): Promise<DiplomaView> {
    const person = await this.people.getById(actor, userRef);
    const diploma = await diplomasOf(this.dataSource.manager, actor, person)
      .andWhere('diploma.id = :id', { id })
      .getOne();
    if (!diploma) throw diplomaNotFound();
    const [view] = this.views(actor, person, [diploma], extend);
    return view as DiplomaView;
  }

  /** A living diploma by the name that contract C uses. @throws diploma_not_found */
  async getCurrent(actor: Actor, uuid: string): Promise<Diploma> {
    const select = withParts(this.dataSource.manager, actor.organizationId).andWhere(
      'diploma.uuid = :uuid and diploma.deleted_at is null',
      { uuid },
    );
    if (!actor.isStaff) select.andWhere('diploma.user_uuid = :self', { self: actor.userUuid });
    const diploma = await select.getOne();
    if (!diploma) throw diplomaNotFound();
    return diploma;
  }

  /** A person's living diplomas under the names of contract C, newest first. @throws person_not_found */
  async listReviewed(actor: Actor, userUuid: string, { limit, cursor }: ReviewedDiplomasQuery): Promise<Diploma[]> {
    const person = await this.people.getByUuid(actor, userUuid);
    const select = diplomasOf(this.dataSource.manager, actor, person).andWhere('diploma.deleted_at is null');
    if (cursor) select.andWhere('diploma.uuid < :cursor', { cursor });
    return select.orderBy('diploma.uuid', 'DESC').limit(limit).getMany();
  }

  private views(actor: Actor, person: PersonRef, diplomas: Diploma[], extend: DiplomaExtension[]): DiplomaView[] {
    return diplomas.map((diploma) => {
      const alive = diploma.deletedAt === null;
      return {
        diploma,
        userId: person.id,
        ...(extend.includes('presigned-url') ? { presignedUrl: this.links.urlOf(diploma, actor) } : {}),
        ...(extend.includes('actions-info')
          ? {
              actions: {
                canBeUpdated: alive && actor.may(DIPLOMA.permissions.update),
                canBeDeleted: alive && actor.may(DIPLOMA.permissions.delete),
              },
            }
          : {}),
        ...(extend.includes('verification') ? { verification: diploma.verification } : {}),
      };
    });
  }
}

/** A person's diplomas in the caller's organisation, deleted ones too, with everything they are shown with. */
export function diplomasOf(
  manager: EntityManager,
  actor: Actor,
  person: Pick<PersonRef, 'uuid'>,
): SelectQueryBuilder<Diploma> {
  return withParts(manager, actor.organizationId).andWhere('diploma.user_uuid = :person', { person: person.uuid });
}

function withParts(manager: EntityManager, organization: number): SelectQueryBuilder<Diploma> {
  return manager
    .createQueryBuilder(Diploma, 'diploma')
    .innerJoinAndSelect('diploma.verification', 'verification')
    .leftJoinAndSelect('diploma.upload', 'upload')
    .where('diploma.organization_id = :organization', { organization });
}

/** Those of one person; with conditions on request. */
function listed(manager: EntityManager, given: ListParameters): SelectQueryBuilder<Diploma> {
  const { organization, person, withDeleted, titleId, titleName, fileName } = given;
  const select = withParts(manager, organization).andWhere('diploma.user_uuid = :person', { person });
  if (!withDeleted) select.andWhere('diploma.deleted_at is null');
  if (titleId !== undefined) select.andWhere('diploma.title_id = :titleId', { titleId });
  if (titleName) select.andWhere('verification.subject ilike :titleName', { titleName });
  if (fileName) {
    select.andWhere(`upload.original_filename ilike :fileName and upload.status not in ('failed', 'infected')`, {
      fileName,
    });
  }
  return select;
}

/** `field`, `-field`, `field:asc` or `field:desc`; newest first by default. */
function sortOrder(orderBy = '-id'): string {
  const [, minus, field, word] = /^(-?)(\w+)(?::(asc|desc))?$/.exec(orderBy) as unknown as string[];
  const direction = minus === '-' || word === 'desc' ? 'desc' : 'asc';
  // Nothing is said about nulls here: PostgreSQL would then sort all that the person has instead of reading a page along the index.
  if (field === 'id') return `diploma.id ${direction}`;
  const column = SORT_COLUMNS[field as keyof typeof SORT_COLUMNS];
  return `${column} ${direction} nulls ${direction === 'desc' ? 'last' : 'first'}, diploma.id ${direction}`;
}
