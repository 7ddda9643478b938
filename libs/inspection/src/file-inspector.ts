import type { Readable } from 'node:stream';
import type { ProblemDefinition } from '#libs/common';

/** Smaller pictures of a file, all WebP: the first page at three sizes, and the first pages below each other. */
export const DERIVATIVES = ['thumb', 'medium', 'large', 'preview'] as const;
export type Derivative = (typeof DERIVATIVES)[number];

/**
 * What a reader should know of a file's content; stable words. `pdf_launch`: it asks to start other programs. `pdf_encrypted`: it opens
 * without a password nevertheless. `pdf_damaged`: its table of contents had to be rebuilt, so something may be missing.
 * `pdf_unchecked_parts`: some of it is packed so that scripts and files in it would not be seen.
 */
export const FILE_WARNINGS = [
  'pdf_javascript',
  'pdf_attachments',
  'pdf_launch',
  'pdf_xfa',
  'pdf_encrypted',
  'pdf_damaged',
  'pdf_unchecked_parts',
] as const;
export type FileWarning = (typeof FILE_WARNINGS)[number];

/** What opening a file with its real decoder has shown. */
export interface Inspection {
  /** Pixels of the upright picture; of a PDF the points of its first page, rounded. */
  width: number;
  height: number;
  pageCount: number;
  warnings: FileWarning[];
  derivatives: Record<Derivative, Buffer>;
}

/** A file that cannot be opened, or should not be, is refused with the reason that its owner is told. */
export type InspectionResult = { inspection: Inspection } | { refusal: ProblemDefinition };

/** Opens a file and makes its smaller pictures. */
export abstract class FileInspector {
  abstract inspect(content: Readable, file: { mime: string; sizeBytes: number }): Promise<InspectionResult>;
}
