import { createHash } from 'node:crypto';
import type { Problem } from '#libs/common';

/** Whose password was right. Good for a second step for as long as it is the account's password. */
export interface PasswordProof {
  accountId: string;
  /** Of whom the trail tells it, and where. */
  userUuid: string;
  organizationId: number;
  passwordDigest: string;
  /** They have signed in before from where the password came. */
  isKnownAddress: boolean;
}

/** Asked before a password opens a session; a lib above knows who has a second factor. */
export abstract class SecondFactorGate {
  /** What to answer in place of tokens: second_factor_required, with all that the second step needs. Null: the password is enough. */
  abstract demand(proof: PasswordProof): Promise<Problem | null>;
}

/** Tells one password from the next without keeping its hash a second time. */
export function digestOfPassword(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('hex');
}
