import type { EntityManager } from 'typeorm';
import { sessionRequired } from './auth.errors';
import { isStaffRole, PERMISSIONS, type Permission, type Role } from './permissions';
import { type Scope, scopesAllow } from './scopes';

/** Who is behind a request, and in which organisation. */
export interface Principal {
  /** Null without a sign-in of ours: an API key, or a token of the identity provider. */
  sessionId: string | null;
  /** The integer name of contract D. */
  userId: number;
  userUuid: string;
  /** The account they signed in with, which belongs to no organisation; null for an API key. */
  accountId: string | null;
  organizationId: number;
  role: Role;
  /** The organisation's IANA time zone. */
  timeZone: string;
  expiringSoonDays: number;
  /** The newest transaction in which they wrote, where a replica is configured; null: none lately. */
  lastWrite?: number | null;
}

/** What the session says about the person behind a request. */
export interface SignedIn extends Principal {
  sessionId: string;
  accountId: string;
  membershipId: string;
}

/** A key for a system, as the request was sent with it. */
export interface ApiKeyIdentity {
  id: string;
  scopes: readonly Scope[];
}

/** On whose behalf something happens; the scope of every query comes from here. */
export class Actor implements Principal {
  readonly sessionId: string | null;
  readonly userId: number;
  readonly userUuid: string;
  readonly accountId: string | null;
  readonly organizationId: number;
  readonly role: Role;
  readonly timeZone: string;
  readonly expiringSoonDays: number;
  readonly lastWrite?: number | null;
  /** Where the request came from; for the audit trail. The door knows. */
  address: string | null = null;
  /** When session, role and scopes were last looked at, by the process's clock that never jumps; in milliseconds. */
  confirmedAt = performance.now();

  constructor(
    principal: Principal,
    /** Of the request at hand; for the audit trail. */
    readonly requestId: string,
    /** The key that was used: alone, or by a person in whose name it acts. */
    readonly apiKey: ApiKeyIdentity | null = null,
  ) {
    this.sessionId = principal.sessionId;
    this.userId = principal.userId;
    this.userUuid = principal.userUuid;
    this.accountId = principal.accountId;
    this.organizationId = principal.organizationId;
    this.role = principal.role;
    this.timeZone = principal.timeZone;
    this.expiringSoonDays = principal.expiringSoonDays;
    this.lastWrite = principal.lastWrite;
  }

  /** A key that acts for itself is recorded under its own id; with a session token it is the person who acts. */
  get kind(): 'person' | 'api-key' {
    return this.apiKey?.id === this.userUuid ? 'api-key' : 'person';
  }

  /** admin, office-admin and office-employee see everybody of their organisation; a crew member only themselves. */
  get isStaff(): boolean {
    return isStaffRole(this.role);
  }

  /** A key may what its scopes say, a person what their role says; both together what both say. */
  may(permission: Permission): boolean {
    if (this.apiKey && !scopesAllow(this.apiKey.scopes, permission)) return false;
    return this.kind === 'api-key' || PERMISSIONS[this.role].has(permission);
  }

  /** @throws session_required */
  requireSession(): string {
    if (this.sessionId === null) throw sessionRequired();
    return this.sessionId;
  }
}

/**
 * Answers whether a session is alive and whose it is. The accounts lib provides it; auth itself knows no feature.
 * Called once per request, so that a sign-out or a deactivation takes effect on the next one.
 */
export abstract class SessionDirectory {
  abstract findSignedIn(sessionId: string): Promise<SignedIn | null>;
  /** The role that a person has now; null once their membership or, if they have one, their session has ended. */
  abstract findRole(
    person: Pick<Principal, 'userUuid' | 'organizationId' | 'sessionId'>,
    manager?: EntityManager,
  ): Promise<Role | null>;
}

/** Answers which key a secret belongs to, in the same way. */
export abstract class ApiKeyDirectory {
  /** Null for a secret that is unknown, or of a key that has expired or was deleted. Notes the use. */
  abstract findBySecretHash(hash: string): Promise<{ principal: Principal; apiKey: ApiKeyIdentity } | null>;
  /** With the scopes of this moment; null once it has expired or was deleted. */
  abstract findById(id: string, manager?: EntityManager): Promise<ApiKeyIdentity | null>;
}
