import { createHash } from 'node:crypto';
import { RequestClient } from './request-client';

/** What is asked this often is asked all day. */
const PREPARE_AT = 5;
/** Each connection keeps the plans of so many statements. The product has fewer; texts that vary must not fill the server's memory. */
const MOST_PREPARED = 300;
const MOST_COUNTED = 2_000;

/** In the text of a statement: it is not prepared. For what needs one plan for a frequent value and another for a rare one. */
export const PLAN_EACH_TIME = '/* plan each time */';

/** A search is such a statement too: prepared, PostgreSQL would soon settle on one plan for all texts. */
const isPlannedEachTime = (text: string) => text.includes(PLAN_EACH_TIME) || / i?like /.test(text);

const names = new Map<string, string>();
const counts = new Map<string, number>();

/** The name to prepare a statement under; undefined for one that is rare so far. */
function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MOST_PREPARED || isPlannedEachTime(text)) return known;
  const count = (counts.get(text) ?? 0) + 1;
  if (counts.size >= MOST_COUNTED) counts.clear();
  counts.set(text, count);
  if (count < PREPARE_AT) return undefined;
  counts.delete(text);
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  names.set(text, name);
  return name;
}

/**
 * The connections of the product's pool. A statement with parameters that repeats is prepared: PostgreSQL parses and plans it once per
 * connection instead of once per request (PostgreSQL documentation, PREPARE; docs/performance.md has what that saves). Values are
 * always parameters here, so the texts are few.
 */
export class PreparingClient extends RequestClient {
  protected override nameOf(text: string): string | undefined {
    return nameOf(text);
  }
}
