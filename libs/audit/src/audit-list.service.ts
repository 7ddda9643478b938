import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor, Role } from '#libs/auth';
import { decodeCursor, isInstant, isUuid, type Page, toPage } from '#libs/common';
import { Conditions, fromReplica, PLAN_EACH_TIME } from '#libs/database';
import type { AuditQuery, FileReadsQuery } from './audit-query.dto';
import type { AuditRecord } from './audit-record.entity';

/** A record with everything that is kept beside it, and the names that people have now. */
export interface AuditEntry extends AuditRecord {
  actorFirstName: string | null;
  actorLastName: string | null;
  actorRole: Role | null;
  /** By field; fields whose values were erased are not there. */
  personalValues: Record<string, { before: string | null; after: string | null }> | null;
}

const COLUMNS = `
  r.id, r.organization_id as "organizationId", r.at, r.actor_kind as "actorKind", r.actor_uuid as "actorUuid",
  r.session_id as "sessionId", r.action, r.target_type as "targetType", r.target_id as "targetId",
  r.request_id as "requestId", r.details, r.subject_user_uuid as "subjectUserUuid", r.changes,
  m.first_name as "actorFirstName", m.last_name as "actorLastName", m.role as "actorRole"`;
const FROM = `
  from audit_records r
  left join member_directory m on m.organization_id = r.organization_id and m.user_uuid = r.actor_uuid`;
const PERSONAL_VALUES = `
  (select jsonb_object_agg(v.field, jsonb_build_object('before', v.before, 'after', v.after))
   from audit_personal_values v where v.audit_record_id = r.id) as "personalValues"`;

/**
 * Reads of a person's papers: those recorded as theirs, and those of an upload that became a paper of theirs, whoever sent it.
 * The trail itself says which did.
 */
const FILE_READS = `
  select ${COLUMNS}, null as "personalValues" ${FROM}
  where r.id in (
    select id from audit_records
    where organization_id = $1 and subject_user_uuid = $2 and action = 'file.read'
    union
    select u.id from audit_records p
    join audit_records u on u.organization_id = p.organization_id and u.target_type = 'upload'
      and u.target_id = p.changes -> 'uploadId' ->> 'after' and u.action = 'file.read'
    where p.organization_id = $1 and p.subject_user_uuid = $2 and p.changes -> 'uploadId' ->> 'after' is not null
  )
    and ($3::timestamptz is null or (r.at, r.id) < ($3, $4::uuid))
  order by r.at desc, r.id desc limit $5`;

/** Reads the trail. */
@Injectable()
export class AuditList {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** What happened in the organisation, newest first. */
  list(actor: Actor, query: AuditQuery): Promise<Page<AuditEntry>> {
    return fromReplica(this.dataSource, actor, () => this.read(actor, query));
  }

  private async read(actor: Actor, query: AuditQuery): Promise<Page<AuditEntry>> {
    const where = wanted(actor, query);
    const total = query.include_count ? await this.count(where) : null;
    if (query.cursor) where.add('(r.at, r.id) < (?::timestamptz, ?::uuid)', ...after(query));
    const rows = await this.dataSource.query<AuditEntry[]>(
      `${PLAN_EACH_TIME} select ${COLUMNS}, ${PERSONAL_VALUES} ${FROM} where ${where.sql}
       order by r.at desc, r.id desc limit ${query.limit + 1}`,
      where.values,
    );
    return toPage(rows, query.limit, keyOf, total);
  }

  /** Who has read or downloaded the caller's own papers, newest first. */
  async listFileReads(actor: Actor, query: FileReadsQuery): Promise<Page<AuditEntry>> {
    const values = [actor.organizationId, actor.userUuid, ...after(query), query.limit + 1];
    const rows = await fromReplica(this.dataSource, actor, () =>
      this.dataSource.query<AuditEntry[]>(FILE_READS, values),
    );
    return toPage(rows, query.limit, keyOf);
  }

  private async count(where: Conditions): Promise<number> {
    const [{ count }] = await this.dataSource.query<[{ count: number }]>(
      `select count(*) as count from audit_records r where ${where.sql}`,
      where.values,
    );
    return count;
  }
}

/** Each filter has an index in the order of the list. */
function wanted(actor: Actor, query: AuditQuery): Conditions {
  const where = new Conditions('r.organization_id = ?', actor.organizationId);
  if (query.user_id) where.add('r.subject_user_uuid = ?', query.user_id);
  if (query.target_type) where.add('r.target_type = ?', query.target_type);
  if (query.target_id) where.add('r.target_id = ?', query.target_id);
  if (query.actor_id) where.add('r.actor_uuid = ?', query.actor_id);
  if (query.action) where.add('r.action = ?', query.action);
  if (query.from) where.add('r.at >= ?', query.from);
  if (query.to) where.add('r.at < ?', query.to);
  return where;
}

function after({ cursor }: FileReadsQuery): (string | null)[] {
  return cursor === undefined ? [null, null] : decodeCursor(cursor, [isInstant, isUuid]);
}

function keyOf({ at, id }: AuditEntry): string[] {
  return [at.toISOString(), id];
}
