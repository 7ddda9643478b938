import { dictionary } from '@zxcvbn-ts/language-common';

/** The shortest password that may be set. */
export const MIN_PASSWORD_LENGTH = 8;

/** Whose password it is to be: what an attacker tries first. */
export interface PasswordOwner {
  email: string;
  firstName: string;
  lastName: string;
}

const PRODUCT = 'credence';
/** Shorter words are part of too many others. */
const MIN_WORD_LENGTH = 3;

/** Lower case. What is shorter than a password may be is refused for that. */
const COMMON: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].filter((word) => word.length >= MIN_PASSWORD_LENGTH),
);

/**
 * NIST SP 800-63B rev. 4, 3.1.1.2: passwords known to be commonly used or expected are refused, among them the name of the
 * service, of the person, and what is derived from them. There are no rules of composition.
 */
export function isTooCommon(password: string, owner: PasswordOwner): boolean {
  const plain = password.normalize('NFKC').toLowerCase();
  if (COMMON.has(plain.trim()) || new Set(plain).size === 1) return true;
  const words = wordsOf(owner);
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), plain);
  // A name with a few signs around it is a name; a sentence that happens to hold one is a sentence.
  return rest !== plain && (rest.trim().length < MIN_PASSWORD_LENGTH || COMMON.has(rest.trim()));
}

/** The longest first: a part must not break up the whole. */
function wordsOf({ email, firstName, lastName }: PasswordOwner): string[] {
  const [localPart = ''] = email.split('@');
  const names = [localPart, firstName, lastName].map((name) => name.normalize('NFKC').toLowerCase());
  const parts = names.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u));
  return [...new Set([PRODUCT, ...names, ...parts])]
    .filter((word) => word.length >= MIN_WORD_LENGTH)
    .sort((a, b) => b.length - a.length);
}
