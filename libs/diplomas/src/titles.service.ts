import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, type Changes, changesOf } from '#libs/audit';
import { type Actor, Rights } from '#libs/auth';
import { Clock, fieldProblem, foldName, likePattern, requireMatch } from '#libs/common';
import { RepeatedSelect, violatesForeignKey, violatesUnique } from '#libs/database';
import { Diploma } from './diploma.entity';
import { titleExists, titleInUse, titleNotFound, titleUnknown } from './diplomas.errors';
import type { List } from './list-query.dto';
import { isCorrectionOf } from './spelling';
import type { TitleDto, TitlesQuery } from './title.dto';
import { Title } from './title.entity';

/** Of one statement, which is one array of JSON. */
const RECORDS_AT_ONCE = 5000;

const DIPLOMAS_OF = `
  select id, uuid, user_uuid as "userUuid" from diplomas where title_id = $1 and id > $2 order by id limit $3`;

interface RecordedDiploma {
  id: number;
  uuid: string;
  userUuid: string;
}

const UNIQUE = ['titles_organization_name_key', 'titles_organization_folded_name_key'];

/** Asked for every diploma that is written. */
const ONE = new RepeatedSelect((tx, given: { id: number; organization: number }) =>
  tx.createQueryBuilder(Title, 'title').where('title.id = :id and title.organization_id = :organization', given),
);

/** The organisation's list of titles. */
@Injectable()
export class Titles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  async list(actor: Actor, { page, pageSize, includeCount, whereName }: TitlesQuery): Promise<List<Title>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Title, 'title')
      .where({ organizationId: actor.organizationId });
    if (whereName) select.andWhere('title.name ilike :name', { name: likePattern(whereName) });
    const totalCount = includeCount ? await select.getCount() : undefined;
    const data = await select
      .orderBy('title.name')
      .addOrderBy('title.id')
      .offset((page - 1) * pageSize)
      .limit(pageSize)
      .getMany();
    return { data, ...(includeCount ? { totalCount } : {}), pagination: { page, pageSize } };
  }

  /** @throws title_not_found */
  async get(actor: Actor, id: number): Promise<Title> {
    const title = await this.dataSource.manager.findOneBy(Title, { id, organizationId: actor.organizationId });
    if (!title) throw titleNotFound();
    return title;
  }

  /** @throws title_exists */
  create(actor: Actor, { name }: TitleDto): Promise<Title> {
    return this.uniquely(async (tx) => {
      const now = this.clock.now();
      const title = tx.create(Title, {
        organizationId: actor.organizationId,
        name,
        foldedName: foldName(name),
        createdAt: now,
        updatedAt: now,
        revision: 1,
      });
      await tx.insert(Title, title);
      await this.audit.record(tx, actor, {
        action: 'title.create',
        targetType: 'title',
        targetId: title.id,
        changes: changesOf(null, { name }),
      });
      return title;
    });
  }

  /**
   * One in use has its spelling corrected, which is recorded on the history of each of its diplomas; these keep the name that was sent in
   * with them. @throws title_not_found, changed_since_read, title_in_use, title_exists
   */
  rename(actor: Actor, id: number, { name }: TitleDto, ifMatch?: string): Promise<Title> {
    return this.uniquely(async (tx) => {
      // Against diplomas too: none begins to refer to it unseen.
      const before = await this.lock(tx, actor, id, 'pessimistic_write');
      requireMatch(ifMatch, before.etag);
      if (name === before.name) return before;
      if (!isCorrectionOf(before.name, name) && (await tx.existsBy(Diploma, { titleId: id }))) {
        throw fieldProblem(titleInUse, 'name');
      }
      await tx.update(Title, { id }, { name, foldedName: foldName(name), updatedAt: this.clock.now() });
      await this.audit.record(tx, actor, {
        action: 'title.update',
        targetType: 'title',
        targetId: id,
        changes: changesOf(before, { name }),
      });
      await this.recordCorrection(tx, actor, id, { titleName: { before: before.name, after: name } });
      return tx.findOneByOrFail(Title, { id });
    });
  }

  /** @throws title_not_found, changed_since_read, title_in_use */
  async remove(actor: Actor, id: number, ifMatch?: string): Promise<void> {
    try {
      await this.dataSource.transaction(async (tx) => {
        requireMatch(ifMatch, (await this.lock(tx, actor, id)).etag);
        await tx.delete(Title, { id });
        await this.audit.record(tx, actor, { action: 'title.delete', targetType: 'title', targetId: id });
      });
    } catch (error) {
      if (violatesForeignKey(error, 'diplomas_title_fkey')) throw titleInUse();
      throw error;
    }
  }

  /** The title a diploma is to have. @throws title_unknown, naming `titleId` */
  async require(tx: EntityManager, actor: Actor, id: number): Promise<Title> {
    const title = await ONE.getOne(tx, { id, organization: actor.organizationId });
    if (!title) throw fieldProblem(titleUnknown, 'titleId');
    return title;
  }

  private async recordCorrection(tx: EntityManager, actor: Actor, titleId: number, changes: Changes): Promise<void> {
    let last: number | undefined = 0;
    while (last !== undefined) {
      const diplomas: RecordedDiploma[] = await tx.query(DIPLOMAS_OF, [titleId, last, RECORDS_AT_ONCE]);
      const events = diplomas.map(({ uuid, userUuid }) => ({
        action: 'diploma.correct',
        targetType: 'diploma',
        targetId: uuid,
        subject: userUuid,
        changes,
      }));
      await this.audit.record(tx, actor, ...events);
      last = diplomas.at(-1)?.id;
    }
  }

  private async lock(
    tx: EntityManager,
    actor: Actor,
    id: number,
    mode: 'for_no_key_update' | 'pessimistic_write' = 'for_no_key_update',
  ): Promise<Title> {
    const where = { id, organizationId: actor.organizationId };
    const title = await tx.findOne(Title, { where, lock: { mode } });
    await this.rights.confirm(actor, tx);
    if (!title) throw titleNotFound();
    return title;
  }

  private async uniquely(work: (tx: EntityManager) => Promise<Title>): Promise<Title> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      if (UNIQUE.some((constraint) => violatesUnique(error, constraint))) throw fieldProblem(titleExists, 'name');
      throw error;
    }
  }
}
