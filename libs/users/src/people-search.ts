/**
 * A part of a full name or of an e-mail address, in any case; `pattern` is a parameter with the pattern of LIKE. The text that is searched is
 * the one that users_search_idx and invitations_search_idx have, word by word; its two parts are held apart by what neither contains.
 */
export function peopleMatch(row: string, pattern: string): string {
  return `(${row}.first_name || ' ' || ${row}.last_name || chr(10) || ${row}.email) ilike ${pattern}`;
}
