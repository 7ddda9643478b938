import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Actor } from '#libs/auth';
import { Clock, newId } from '#libs/common';
import { AuditRecord } from './audit-record.entity';

/** What happened, to what. */
export interface AuditEvent {
  /** `resource.verb`: `certificate.create`, `file.read`. */
  action: string;
  targetType: string;
  targetId: string | number;
  /** Names of changed fields, numbers, codes. Never a token, a URL, a password or free text of a person. */
  details?: Record<string, unknown>;
}

/** The person who acts; an `Actor` is one. */
export type PersonActor = Pick<Actor, 'userUuid' | 'sessionId' | 'requestId' | 'organizationId'> &
  Partial<Pick<Actor, 'kind' | 'apiKey'>>;

/** Work that no person asked for directly: a job, a command. */
export interface SystemActor {
  organizationId: number | null;
  /** What acted: the job's or command's name. */
  name: string;
  /** Of the request in which it was noticed, if any. */
  requestId?: string;
}

/** Writes the trail. Inside the caller's transaction, so that a change and its record exist together or not at all. */
@Injectable()
export class Audit {
  constructor(private readonly clock: Clock) {}

  async record(tx: EntityManager, actor: PersonActor | SystemActor, ...events: AuditEvent[]): Promise<void> {
    if (events.length === 0) return;
    const at = this.clock.now();
    const who =
      'userUuid' in actor
        ? {
            actorKind: actor.kind ?? ('person' as const),
            actorUuid: actor.userUuid,
            sessionId: actor.sessionId,
            requestId: actor.requestId,
          }
        : { actorKind: 'system' as const, actorUuid: null, sessionId: null, requestId: actor.requestId ?? null };
    await tx.insert(
      AuditRecord,
      events.map((event) => ({
        id: newId(),
        organizationId: actor.organizationId,
        at,
        ...who,
        action: event.action,
        targetType: event.targetType,
        targetId: String(event.targetId),
        details: { ...event.details, ...byWhat(actor) },
      })),
    );
  }
}

/** What acted without a person; the key with which a person did. */
function byWhat(actor: PersonActor | SystemActor): { by?: string; apiKeyId?: string } {
  if ('name' in actor) return { by: actor.name };
  return actor.apiKey && actor.kind === 'person' ? { apiKeyId: actor.apiKey.id } : {};
}
