import { createHash, randomInt } from 'node:crypto';

export const RECOVERY_CODES = 10;
/** Without 0, 1, l and o, which are taken for one another. 32 signs, five bits each. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 6;
const GROUP_LENGTH = 4;

/** Ten of 120 random bits: too many to be guessed, so that a plain hash is enough (ASVS 5.0, 6.5.2). */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => Array.from({ length: GROUPS }, newGroup).join('-'));
}

/** However its hyphens, blanks and capitals were typed. */
export function hashRecoveryCode(code: string): string {
  const plain = code.replace(/[\s-]/g, '').toLowerCase();
  return createHash('sha256').update(plain).digest('hex');
}

function newGroup(): string {
  return Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
