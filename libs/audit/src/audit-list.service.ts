import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Actor, Role } from '#libs/auth';
import { decodeCursor, isUuid, type Page, toPage } from '#libs/common';
import { fromReplica } from '#libs/database';
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

/** Null switches a filter off. */
const FILTERS = `
  where r.organization_id = $1
    and ($2::uuid is null or r.subject_user_uuid = $2)
    and ($3::text is null or r.target_type = $3)
    and ($4::text is null or r.target_id = $4)
    and ($5::uuid is null or r.actor_uuid = $5)
    and ($6::text is null or r.action = $6)
    and ($7::timestamptz is null or r.at >= $7)
    and ($8::timestamptz is null or r.at < $8)`;
const LIST = `
  select ${COLUMNS}, ${PERSONAL_VALUES} ${FROM} ${FILTERS}
    and ($9::timestamptz is null or (r.at, r.id) < ($9, $10::uuid))
  order by r.at desc, r.id desc limit $11`;
const COUNT = `select count(*) as count from audit_records r ${FILTERS}`;

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
    const { user_id, target_type, target_id, actor_id, action, from, to } = query;
    const filters = [user_id, target_type, target_id, actor_id, action, from, to].map((value) => value ?? null);
    const values = [actor.organizationId, ...filters];
    const rows = await this.dataSource.query<AuditEntry[]>(LIST, [...values, ...after(query), query.limit + 1]);
    const total = query.include_count ? await this.count(values) : null;
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

  private async count(values: unknown[]): Promise<number> {
    const [{ count }] = await this.dataSource.query<[{ count: number }]>(COUNT, values);
    return count;
  }
}

function after({ cursor }: FileReadsQuery): (string | null)[] {
  return cursor === undefined ? [null, null] : decodeCursor(cursor, [isInstant, isUuid]);
}

function isInstant(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

function keyOf({ at, id }: AuditEntry): string[] {
  return [at.toISOString(), id];
}
