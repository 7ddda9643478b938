import { BooleanQuery, IntegerQuery, TextField } from './fields';
import { invalidCursor } from './common.errors';

/** Query of the organisation-wide lists of contract C. Property names are the wire names. */
export class PageQuery {
  @IntegerQuery({ min: 1, max: 1000, description: 'Items per page (default 10)', example: 10 })
  limit: number = 10;

  @TextField({ maxLength: 500, form: 'exact', optional: true, description: 'nextCursor of the page before' })
  cursor?: string;

  @TextField({ maxLength: 200, form: 'search', optional: true, description: 'Part of a name or e-mail address' })
  search?: string;

  @BooleanQuery({ description: 'Also count all items (default false; slow on long lists)' })
  include_count: boolean = false;
}

/** One page of a list: items in order, and where the next page starts. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  hasMore: boolean;
  totalCount: number | null;
}

/** Cuts `limit + 1` fetched rows down to a page. `keyOf` gives the sort key of the last row shown. */
export function toPage<T>(
  rows: T[],
  limit: number,
  keyOf: (row: T) => string[],
  totalCount: number | null = null,
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit;
  return { items, hasMore, nextCursor: hasMore && last ? encodeCursor(keyOf(last)) : null, totalCount };
}

/** Cursors are opaque to clients: the sort key of the last row, as base64url JSON. */
export function encodeCursor(key: string[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** @throws invalid_cursor unless the cursor holds exactly one valid value for each check. */
export function decodeCursor(cursor: string, checks: ((value: string) => boolean)[]): string[] {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw invalidCursor();
  }
  const valid =
    Array.isArray(key) &&
    key.length === checks.length &&
    checks.every((check, index) => typeof key[index] === 'string' && check(key[index]));
  if (!valid) throw invalidCursor();
  return key as string[];
}

/** Escapes `%`, `_` and `\` so that a search text is matched literally by LIKE. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
