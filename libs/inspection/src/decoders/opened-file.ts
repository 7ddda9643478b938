/** More pixels than this are not decoded: a page of A4 at 1000 dots per inch has 97 million, a good telephone's photograph 50. */
export const MAX_PIXELS = 100_000_000;
/** Counting pages costs memory; papers have a few. */
export const MAX_PAGES = 2000;

/** Pixels from top left, three bytes each: red, green, blue (sRGB). */
export interface Picture {
  data: Uint8Array;
  width: number;
  height: number;
}

/** The largest size at which a page is wanted. */
export interface Box {
  width: number;
  height: number;
}

/** A file that its decoder has opened. */
export interface OpenedFile {
  /** Upright: pixels of a picture, points of a PDF's first page. */
  width: number;
  height: number;
  pageCount: number;
  warnings: string[];
  /** A page (from 0) as large as fits into the box, upright, on white. Pictures are never enlarged. */
  draw(page: number, box: Box): Promise<Picture>;
}

/** Why a file is refused; each is the code of a problem. */
export const REFUSALS = [
  'content_type_mismatch',
  'file_not_readable',
  'file_password_protected',
  'file_too_complex',
] as const;
export type Refusal = (typeof REFUSALS)[number];

export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal);
    this.name = 'Refused';
  }
}

/** The size with the same shape that just fits into the box. */
export function fitInside({ width, height }: Box, box: Box): Box {
  const scale = Math.min(box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
