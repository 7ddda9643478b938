import { randomInt, randomUUID } from 'node:crypto';
import { UUID } from 'uuidv7';
import { AuditRecord, type AuditEvent } from '#libs/audit';
import { Session } from '#libs/accounts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Sessions are removed this long after they expired; of older ones only the trail knows. */
const KEEP_EXPIRED_DAYS = 30;

let counter = 0;

/** A UUID version 7 of a moment in the past: ids order by time, and so must those of a made-up past. */
export function idAt(at: Date): string {
  // Counted, so that ids of the same millisecond keep the order in which they were made.
  counter = (counter + 1) % 4096;
  return UUID.fromFieldsV7(at.getTime(), counter, randomInt(2 ** 30), randomInt(2 ** 32)).toString();
}

/** Who can act: a member, by membership. */
export interface Doer {
  userUuid: string;
  membershipId: string;
}

interface Entry extends AuditEvent {
  at: Date;
  by: Doer | { system: string };
}

/** What everybody did, turned into audit records with the sessions in which they did it: one per person and day. */
export class Trail {
  private readonly entries: Entry[] = [];

  add(at: Date, by: Doer | { system: string }, ...events: AuditEvent[]): void {
    this.entries.push(...events.map((event) => ({ ...event, at, by })));
  }

  rows(
    organizationId: number,
    now: Date,
    sessionDays: number,
  ): { audit: AuditRecord[]; sessions: Session[]; lastLogins: Map<string, Date> } {
    const sessionOf = this.openSessions(sessionDays);
    const sessions = new Set(sessionOf.values());
    const lastLogins = new Map<string, Date>();
    for (const session of sessions) {
      const last = lastLogins.get(session.membershipId);
      if (!last || last < session.createdAt) lastLogins.set(session.membershipId, session.createdAt);
    }
    // Array.prototype.sort is stable: what happened at one moment stays in order.
    const entries = this.entries.sort((a, b) => a.at.getTime() - b.at.getTime());
    const oldest = now.getTime() - KEEP_EXPIRED_DAYS * DAY_MS;
    return {
      audit: toRecords(entries, organizationId, sessionOf),
      sessions: [...sessions].filter(({ expiresAt }) => expiresAt.getTime() >= oldest),
      lastLogins,
    };
  }

  /** Signs everybody in before the first and out after the last thing they did on a day. */
  private openSessions(sessionDays: number): Map<string, Session> {
    const sessions = new Map<string, Session>();
    const days = new Map<string, { person: Doer; first: Date; last: Date }>();
    for (const { at, by } of this.entries) {
      if ('system' in by) continue;
      const key = dayKey(by, at);
      const day = days.get(key) ?? { person: by, first: at, last: at };
      if (at < day.first) day.first = at;
      if (at > day.last) day.last = at;
      days.set(key, day);
    }
    for (const [key, { person, first, last }] of days) {
      const createdAt = new Date(first.getTime() - 4 * MINUTE_MS);
      const endedAt = new Date(last.getTime() + 5 * MINUTE_MS);
      const session = Object.assign(new Session(), {
        id: idAt(createdAt),
        userUuid: person.userUuid,
        membershipId: person.membershipId,
        refreshGeneration: 0,
        createdAt,
        expiresAt: new Date(createdAt.getTime() + sessionDays * DAY_MS),
        endedAt,
      });
      sessions.set(key, session);
      const target = { targetType: 'session', targetId: session.id };
      // Signing in four minutes earlier may have been yesterday: the key decides, not the time.
      this.entries.push(
        { at: createdAt, by: person, action: 'session.create', ...target },
        { at: endedAt, by: person, action: 'session.end', ...target, details: { reason: 'signed_out' } },
      );
    }
    return sessions;
  }
}

function toRecords(entries: Entry[], organizationId: number, sessions: Map<string, Session>): AuditRecord[] {
  let request = { at: 0, by: null as Entry['by'] | null, id: '' };
  return entries.map(({ at, by, details, ...event }) => {
    if ('system' in by) {
      return Object.assign(new AuditRecord(), {
        ...blank(at, organizationId, event),
        actorKind: 'system' as const,
        details: { ...details, by: by.system },
      });
    }
    // What one person did at one moment was one request.
    if (request.at !== at.getTime() || request.by !== by) request = { at: at.getTime(), by, id: randomUUID() };
    const isSession = event.targetType === 'session';
    return Object.assign(new AuditRecord(), {
      ...blank(at, organizationId, event),
      actorKind: 'person' as const,
      actorUuid: by.userUuid,
      sessionId: isSession ? String(event.targetId) : (sessions.get(dayKey(by, at))?.id ?? null),
      requestId: request.id,
      details: { ...details },
    });
  });
}

function blank(at: Date, organizationId: number, event: AuditEvent) {
  return {
    id: idAt(at),
    organizationId,
    at,
    action: event.action,
    targetType: event.targetType,
    targetId: String(event.targetId),
    actorUuid: null as string | null,
    sessionId: null as string | null,
    requestId: null as string | null,
  };
}

function dayKey({ userUuid }: Doer, at: Date): string {
  return `${userUuid} ${at.toISOString().slice(0, 10)}`;
}
