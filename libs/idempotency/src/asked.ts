import { createHmac, type KeyObject } from 'node:crypto';
import type { Actor } from '#libs/auth';
import { idempotencyKeyInvalid } from './idempotency.errors';

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;
const QUOTED = /^"(.*)"$/;

/** A request that was sent with an Idempotency-Key. */
export interface Asked {
  organizationId: number;
  /** Who, and by what key. */
  id: Buffer;
  /** What. */
  fingerprint: Buffer;
}

/** What of a request counts when it is compared with an earlier one. */
export interface RequestContent {
  method: string;
  url: string;
  body?: unknown;
}

/**
 * Keyed hashes: a body can hold a password, and a bare hash of it could be guessed at. The caller is the person in their
 * organisation, or the API key, not the session: who signs in again after a crash still gets their answer. What they may is part of the
 * request: a repeated answer must not show more than the one who asks may see by now.
 * @throws idempotency_key_invalid
 */
export function askedBy(
  { organizationId, userUuid, role, apiKey }: Pick<Actor, 'organizationId' | 'userUuid' | 'role' | 'apiKey'>,
  header: string,
  { method, url, body }: RequestContent,
  key: KeyObject,
): Asked {
  // The draft writes the key as a quoted string (RFC 8941); many clients send it bare.
  const name = QUOTED.exec(header)?.[1] ?? header;
  if (!PRINTABLE.test(name)) throw idempotencyKeyInvalid();
  const hash = (...parts: unknown[]) => createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  return {
    organizationId,
    id: hash('key', organizationId, userUuid, name),
    fingerprint: hash(
      'request',
      method,
      url,
      sorted(body ?? null),
      role,
      apiKey && [apiKey.id, [...apiKey.scopes].sort()],
    ),
  };
}

/** The order of an object's members says nothing (RFC 8259). */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  // As pairs: an object would put members that look like numbers first again, and drop "__proto__".
  return { members: members.map(([name, member]) => [name, sorted(member)]) };
}
