/**
 * Evaluates an `If-Match` header against the current entity tag, by strong comparison (RFC 9110, 13.1.1 and 8.8.3.2).
 * Without the header there is no condition.
 */
export function ifMatchAllows(header: string | undefined, etag: string): boolean {
  if (header === undefined) return true;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim() === `"${etag}"`);
}
