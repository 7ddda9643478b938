import type { SequencePosition, TableDigest, TransferTable } from './catalogue';

/** Of the archive; raised when a reader of before could not read it. */
export const FORMAT = 1;

/** First in the archive. */
export interface ArchiveHeader {
  format: number;
  id: string;
  /** Of the program that made it. */
  version: string;
  takenAt: string;
  /** Of the SECRET_KEY that the data was made with, hex; tells nothing about it. Null when the database had none yet. */
  secretFingerprint: string | null;
  migrations: string[];
  tables: TransferTable[];
}

/** Last in the archive: without it, it is not whole. */
export interface ArchiveSummary {
  digests: Record<string, TableDigest>;
  sequences: SequencePosition[];
  rowCount: number;
  fileCount: number;
  fileBytes: number;
  /** Files that the records name and nobody found. */
  missing: string[];
  /** Files whose bytes are not those that were sent, as they were found. */
  altered: string[];
}

/**
 * The archive is a tar file, in this order. Rows are what `COPY ... TO STDOUT` writes, in parts that follow each other; files lie as they
 * are; after every so many come their SHA-256, as sha256sum writes them.
 */
export const HEADER_ENTRY = 'header.json';
export const SUMMARY_ENTRY = 'summary.json';
export const FILES_FOLDER = 'files/';
const ROWS_FOLDER = 'rows/';
const SUMS_FOLDER = 'sums/';

export const rowsEntry = (table: string, part: number) => `${ROWS_FOLDER}${table}/${number(part)}.copy.gz`;
export const sumsEntry = (part: number) => `${SUMS_FOLDER}${number(part)}.sha256`;

/** What an entry holds, by its name. */
export function partOf(
  entry: string,
): { kind: 'rows'; table: string } | { kind: 'file'; key: string } | { kind: 'sums' } | null {
  if (entry.startsWith(FILES_FOLDER)) return { kind: 'file', key: entry.slice(FILES_FOLDER.length) };
  if (entry.startsWith(SUMS_FOLDER)) return { kind: 'sums' };
  const [, table] = /^rows\/(.+)\/\d+\.copy\.gz$/.exec(entry) ?? [];
  return table === undefined ? null : { kind: 'rows', table };
}

function number(part: number): string {
  return String(part).padStart(6, '0');
}
