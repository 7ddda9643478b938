/**
 * What text of a request is:
 * - `line`: names something. In one normal form, without blanks around it, on one line.
 * - `prose`: written for people to read. In one normal form; lines stay.
 * - `search`: looked for in such text. In one normal form.
 * - `exact`: means nothing to people, or must stay as it is: tokens, passwords, words of a fixed form.
 */
export type TextForm = 'line' | 'prose' | 'search' | 'exact';

/** Unicode writes one character in several ways that look the same; kept and compared is the composed one (UAX #15). */
export function toForm(text: string, form: TextForm): string {
  if (form === 'exact') return text;
  const composed = text.normalize('NFC');
  return form === 'line' ? composed.trim() : composed;
}

const LINE_BREAK = /[\u2028\u2029]/;
const CONTROL = /\p{Cc}/u;
const CONTROL_BUT_LINES = /[^\P{Cc}\t\n\r]/u;
/** Turns the order of what follows around, so that a text reads as another one (UTR #36, 2.5). */
const BIDI_CONTROL = /\p{Bidi_Control}/u;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** What is wrong with a text of this form, as it would be told; null for a good one. An empty text is a question of length. */
export function wrongInText(text: string, form: TextForm): string | null {
  // PostgreSQL cannot store it.
  if (text.includes('\u0000')) return 'must not contain NUL';
  if (form === 'exact' || form === 'search') return null;
  if (form === 'line' && (CONTROL.test(text) || LINE_BREAK.test(text)))
    return 'must be one line without control characters';
  if (CONTROL_BUT_LINES.test(text)) return 'must not contain control characters';
  if (BIDI_CONTROL.test(text)) return 'must not contain characters that change the direction of writing';
  return text === '' || isSeen(text) ? null : 'must contain something that can be seen';
}

/** For what has no other characters than those that can be seen, as an address. */
export function hasUnseen(text: string): boolean {
  return CONTROL.test(text) || text.replace(UNSEEN, '') !== text;
}

function isSeen(text: string): boolean {
  return SEEN.test(text.replace(UNSEEN, ''));
}

/** Two names that a reader takes for the same one have the same: width, ligatures, case, blanks and what cannot be seen do not count. */
export function foldName(name: string): string {
  const bare = name.normalize('NFKC').replace(UNSEEN, '').replace(/\s+/gu, ' ').trim();
  return bare.toUpperCase().toLowerCase().normalize('NFC');
}
