/** First and last byte, counted from 0, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What a GET asked for: everything, a part, or a part that does not exist. */
export type Selection = 'all' | 'nothing' | ByteRange;

/** A representation as it is now. Its entity tag is a strong one, with its quotes. */
export interface Representation {
  size: number;
  etag: string;
}

/** One range with a first byte, or a suffix. Several at once may be ignored (RFC 9110, 14.2), and are. */
const SINGLE_RANGE = /^bytes=\s*(?:(\d+)-(\d*)|-(\d+))\s*$/i;

/**
 * Evaluates `Range` and `If-Range` of a GET (RFC 9110, 14.2 and 13.1.5). A header that is malformed counts as absent; a date in
 * `If-Range` never matches, because no modification date is given out.
 */
export function selectBytes(
  headers: { range?: string; 'if-range'?: string | string[] },
  { size, etag }: Representation,
): Selection {
  const [matched, from, to, suffix] = SINGLE_RANGE.exec(headers.range ?? '') ?? [];
  if (matched === undefined) return 'all';
  if (headers['if-range'] !== undefined && headers['if-range'] !== etag) return 'all';
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size);
    return length === 0 ? 'nothing' : { start: size - length, end: size - 1 };
  }
  const start = Number(from);
  const end = to ? Number(to) : Infinity;
  if (end < start) return 'all';
  return start >= size ? 'nothing' : { start, end: Math.min(end, size - 1) };
}

/** Evaluates `If-None-Match` by weak comparison (RFC 9110, 13.1.2 and 8.8.3.2): true when the client has it already. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
