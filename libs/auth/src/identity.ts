import { isEmail } from 'class-validator';
import { hasUnseen, toForm, wrongInText } from '#libs/common';
import type { OidcSettings } from '#libs/config';
import type { Principal } from './actor';
import { type Role, ROLES } from './permissions';
import { TokenRefused } from './token-refused';

/** What a token of the identity provider says about a person, in our words. Null: it says nothing. */
export interface ClaimedIdentity {
  issuer: string;
  subject: string;
  email: string | null;
  isEmailVerified: boolean;
  firstName: string | null;
  lastName: string | null;
  /** Uuid of the organisation. */
  organizationUuid: string | null;
  role: Role | null;
}

/** Answers who that is here. The accounts lib provides it, because auth knows no users. */
export abstract class IdentityDirectory {
  /** Null when there is no account, and none may be made. */
  abstract findOrCreate(identity: ClaimedIdentity, requestId: string): Promise<Principal | null>;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_SUBJECT = 255;
const MAX_EMAIL = 250;

/** Reads the claims by their configured names. @throws TokenRefused for values that mean nothing to us */
export function readIdentity(
  claims: Record<string, unknown>,
  { issuer, claims: names }: OidcSettings,
): ClaimedIdentity {
  const subject = textOf(claims[names.subject]);
  if (subject === null || subject.length > MAX_SUBJECT) throw new TokenRefused('unusable_claims');
  const organizationUuid = textOf(claims[names.organization]);
  if (organizationUuid !== null && !UUID.test(organizationUuid)) throw new TokenRefused('unusable_claims');
  const role = textOf(claims[names.role]);
  if (role !== null && !isRole(role)) throw new TokenRefused('unusable_claims');
  return {
    issuer,
    subject,
    email: emailOf(claims[names.email]),
    isEmailVerified: claims['email_verified'] === true,
    firstName: nameOf(claims[names.firstName]),
    lastName: nameOf(claims[names.lastName]),
    organizationUuid,
    role,
  };
}

/** PostgreSQL stores neither NUL nor half a character. */
function textOf(claim: unknown): string | null {
  if (typeof claim !== 'string' || claim.includes('\0') || /\p{Surrogate}/u.test(claim)) return null;
  return claim.trim() || null;
}

/** By the rules for a name that somebody types. */
function nameOf(claim: unknown): string | null {
  const name = toForm(textOf(claim) ?? '', 'line');
  return name !== '' && wrongInText(name, 'line') === null ? name : null;
}

function emailOf(claim: unknown): string | null {
  const text = textOf(claim)?.toLowerCase();
  return text && text.length <= MAX_EMAIL && isEmail(text) && !hasUnseen(text) ? text : null;
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
