import { PERMISSIONS, type Permission, type Role } from './permissions';

/** What the session says about the person behind a request. */
export interface SignedIn {
  sessionId: string;
  membershipId: string;
  /** The integer name of contract D. */
  userId: number;
  userUuid: string;
  organizationId: number;
  role: Role;
  /** The organisation's IANA time zone. */
  timeZone: string;
  expiringSoonDays: number;
}

/** The person on whose behalf something happens; the scope of every query comes from here. */
export class Actor implements SignedIn {
  readonly sessionId: string;
  readonly membershipId: string;
  readonly userId: number;
  readonly userUuid: string;
  readonly organizationId: number;
  readonly role: Role;
  readonly timeZone: string;
  readonly expiringSoonDays: number;

  constructor(
    signedIn: SignedIn,
    /** Of the request at hand; for the audit trail. */
    readonly requestId: string,
  ) {
    this.sessionId = signedIn.sessionId;
    this.membershipId = signedIn.membershipId;
    this.userId = signedIn.userId;
    this.userUuid = signedIn.userUuid;
    this.organizationId = signedIn.organizationId;
    this.role = signedIn.role;
    this.timeZone = signedIn.timeZone;
    this.expiringSoonDays = signedIn.expiringSoonDays;
  }

  /** admin, office-admin and office-employee see everybody of their organisation; a crew member only themselves. */
  get isStaff(): boolean {
    return this.role !== 'crew-member';
  }

  may(permission: Permission): boolean {
    return PERMISSIONS[this.role].has(permission);
  }
}

/**
 * Answers whether a session is alive and whose it is. The users lib provides it; auth itself knows no feature.
 * Called once per request, so that a sign-out or a deactivation takes effect on the next one.
 */
export abstract class SessionDirectory {
  abstract findSignedIn(sessionId: string): Promise<SignedIn | null>;
}
