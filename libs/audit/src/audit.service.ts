import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { Config } from '#libs/config';
import { Batch, noteWrites, REMOVE_PAST_WRITES } from '#libs/database';
import { Jobs } from '#libs/jobs';
import type { AuditPersonalValue } from './audit-personal-value.entity';
import type { AuditRecord } from './audit-record.entity';
import { type Changes, CLIENT_ADDRESS, isPersonal, type StoredChanges, toText } from './changes';

/** What happened, to what. */
export interface AuditEvent {
  /** `resource.verb`: `certificate.create`, `file.read`. */
  action: string;
  targetType: string;
  targetId: string | number;
  /** The person concerned: whose paper, account or session it is. */
  subject?: string | null;
  /** Fields before and after. Personal values go where they can be erased; see changes.ts. */
  changes?: Changes;
  /** Numbers, codes. Never a token, a URL, a password or free text of a person. */
  details?: Record<string, unknown>;
}

/** The person or API key that acts; an `Actor` is one. */
export type PersonActor = Pick<Actor, 'userUuid' | 'requestId' | 'organizationId'> & {
  sessionId: string | null;
  /** A person when left out. */
  kind?: 'person' | 'api-key';
  /** The key that was used, also by a person. */
  apiKey?: { id: string } | null;
  /** Where the request came from. */
  address?: string | null;
};

/** Work that no person asked for directly: a job, a command. */
export interface SystemActor {
  organizationId: number | null;
  /** What acted: the job's or command's name. */
  name: string;
  /** Of the request in which it was noticed, if any. */
  requestId?: string;
  /** Where that request came from. */
  address?: string | null;
}

/** Each takes all rows as one JSON array: a batch has as many records as it makes changes. */
const RECORD = `
  insert into audit_records (id, organization_id, at, actor_kind, actor_uuid, session_id, action, target_type,
    target_id, request_id, details, subject_user_uuid, changes)
  select "id", "organizationId", "at", "actorKind", "actorUuid", "sessionId", "action", "targetType", "targetId",
    "requestId", "details", "subjectUserUuid", "changes"
  from jsonb_to_recordset($1::jsonb) as record ("id" uuid, "organizationId" bigint, "at" timestamptz, "actorKind" text,
    "actorUuid" uuid, "sessionId" uuid, "action" text, "targetType" text, "targetId" text, "requestId" text,
    "details" jsonb, "subjectUserUuid" uuid, "changes" jsonb)`;

const KEEP_PERSONAL_VALUES = `
  insert into audit_personal_values (audit_record_id, field, person_uuid, before, after)
  select "auditRecordId", "field", "personUuid", "before", "after"
  from jsonb_to_recordset($1::jsonb) as value ("auditRecordId" uuid, "field" text, "personUuid" uuid, "before" text,
    "after" text)`;

const NOTE_WRITES = noteWrites('array(select jsonb_array_elements_text($1::jsonb))');

/** Writes the trail. Inside the caller's transaction, so that a change and its record exist together or not at all. */
@Injectable()
export class Audit {
  /** Where reads may go to a replica, whoever writes is noted with it: every change has its record, in its transaction. */
  private readonly notesWrites: boolean;

  constructor(
    private readonly clock: Clock,
    { databaseReplicaUrl }: Config,
    jobs: Jobs,
    @InjectDataSource() dataSource: DataSource,
  ) {
    this.notesWrites = databaseReplicaUrl !== null;
    jobs.handleScheduled('recent-writes-remove-past', '*/10 * * * *', () => dataSource.query(REMOVE_PAST_WRITES));
  }

  /** In a statement of its own. */
  record(tx: EntityManager, actor: PersonActor | SystemActor, ...events: AuditEvent[]): Promise<void> {
    return this.add(new Batch(tx), actor, ...events).send();
  }

  /** Together with the change. */
  add(writes: Batch, actor: PersonActor | SystemActor, ...events: AuditEvent[]): Batch {
    const at = this.clock.now();
    for (const event of events) {
      const { record, values } = toRecord(actor, event, at);
      writes.addToList(RECORD, [record]).addToList(KEEP_PERSONAL_VALUES, values);
    }
    if (this.notesWrites && events.length > 0) writes.addToList(NOTE_WRITES, authorsOf(actor));
    return writes;
  }
}

/** Whose reads must see it: the person, and the key that they used, which may be sent alone the next time. */
function authorsOf(actor: PersonActor | SystemActor): string[] {
  if (!('userUuid' in actor)) return [];
  return actor.apiKey ? [actor.userUuid, actor.apiKey.id] : [actor.userUuid];
}

function toRecord(
  actor: PersonActor | SystemActor,
  event: AuditEvent,
  at: Date,
): { record: AuditRecord; values: AuditPersonalValue[] } {
  const id = newId();
  const subject = event.subject ?? null;
  const values: AuditPersonalValue[] = [];
  const keep = (field: string, personUuid: string | null, before: string | null, after: string | null) =>
    values.push({ auditRecordId: id, field, personUuid, before, after });
  const changes: StoredChanges = {};
  for (const [field, change] of Object.entries(event.changes ?? {})) {
    const [before, after] = [toText(change?.before), toText(change?.after)];
    const isKept = change !== null && !isPersonal(event.targetType, field);
    changes[field] = isKept ? { before, after } : null;
    if (change !== null && !isKept) keep(field, subject, before, after);
  }
  const who = whoIs(actor);
  if (actor.address) keep(CLIENT_ADDRESS, who.actorUuid, null, actor.address);
  const record = {
    id,
    organizationId: actor.organizationId,
    at,
    ...who,
    requestId: actor.requestId ?? null,
    action: event.action,
    targetType: event.targetType,
    targetId: String(event.targetId),
    details: { ...event.details, ...byWhat(actor) },
    subjectUserUuid: subject,
    changes,
  };
  return { record, values };
}

function whoIs(actor: PersonActor | SystemActor): Pick<AuditRecord, 'actorKind' | 'actorUuid' | 'sessionId'> {
  if (!('userUuid' in actor)) return { actorKind: 'system', actorUuid: null, sessionId: null };
  return { actorKind: actor.kind ?? 'person', actorUuid: actor.userUuid, sessionId: actor.sessionId };
}

/** What acted without a person; the key with which a person did. */
function byWhat(actor: PersonActor | SystemActor): Record<string, unknown> {
  if (!('userUuid' in actor)) return { by: actor.name };
  return actor.apiKey && actor.kind !== 'api-key' ? { apiKeyId: actor.apiKey.id } : {};
}
