import { foldName } from '#libs/common';

/** Below that one other letter makes another word: BSc and MSc, I and II. */
const SHORTEST_WORD = 5;
const LETTERS = /[\p{L}\p{M}]/gu;

/**
 * Whether a name is another one with its spelling corrected: the same words in the same order, of which one that has five letters or more may
 * differ by one slip (a letter that is another one, missing or too much, or two neighbours that changed places), but not at its beginning,
 * and never in a digit or sign (ADR 0019).
 */
export function isCorrectionOf(name: string, corrected: string): boolean {
  const before = foldName(name).split(' ');
  const after = foldName(corrected).split(' ');
  return before.length === after.length && before.every((word, index) => isSameWord(word, after[index] ?? ''));
}

function isSameWord(one: string, other: string): boolean {
  if (one === other) return true;
  if (one.replace(LETTERS, '') !== other.replace(LETTERS, '')) return false;
  const [first, second] = [lettersOf(one), lettersOf(other)];
  if (Math.min(first.length, second.length) < SHORTEST_WORD || first[0] !== second[0]) return false;
  return isOneSlip([...one], [...other]);
}

function lettersOf(word: string): string[] {
  return word.match(LETTERS) ?? [];
}

/** What is left between what both begin and end with. */
function isOneSlip(one: string[], other: string[]): boolean {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const left = one.slice(start, one.length - end);
  const right = other.slice(start, other.length - end);
  if (left.length <= 1 && right.length <= 1) return true;
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0];
}
