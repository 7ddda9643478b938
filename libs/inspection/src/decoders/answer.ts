import { MAX_PAGES, REFUSALS, type Refusal } from './opened-file';
import type { Derivatives } from './derivatives';

/** How the inspecting process tells its parent: a line when it is ready to be sent the file, a line with the result, the pictures. */
export const READY = 'ready\n';
/** Exit code of a process that was not sent the whole file. */
export const NOT_RECEIVED = 3;

const PICTURES = ['thumb', 'medium', 'large', 'preview'] as const;

export interface Facts {
  width: number;
  height: number;
  pageCount: number;
  warnings: string[];
}

export type Answer = { refusal: Refusal } | { error: string } | { facts: Facts; derivatives: Derivatives };

/** The bytes after READY. */
export function encodeAnswer(answer: Answer): Buffer[] {
  if (!('facts' in answer)) return [Buffer.from(`${JSON.stringify(answer)}\n`)];
  const pictures = PICTURES.map((name) => answer.derivatives[name]);
  const head = { ...answer.facts, sizes: pictures.map(({ length }) => length) };
  return [Buffer.from(`${JSON.stringify(head)}\n`), ...pictures];
}

/** Null when it is not an answer: the process that gave it was busy with a hostile file. */
export function decodeAnswer(output: Buffer): Answer | null {
  const end = output.indexOf('\n');
  if (end < 0) return null;
  try {
    const head = JSON.parse(output.toString('utf8', 0, end)) as Record<string, unknown>;
    if (typeof head['error'] === 'string') return { error: head['error'] };
    const refusal = REFUSALS.find((code) => code === head['refusal']);
    if (refusal) return { refusal };
    return decodePictures(head, output.subarray(end + 1));
  } catch {
    return null;
  }
}

function decodePictures(head: Record<string, unknown>, bytes: Buffer): Answer | null {
  const { width, height, pageCount, warnings, sizes } = head;
  if (!isCount(width) || !isCount(height) || !isCount(pageCount) || pageCount > MAX_PAGES) return null;
  if (!Array.isArray(warnings) || !warnings.every((warning) => typeof warning === 'string')) return null;
  if (!Array.isArray(sizes) || sizes.length !== PICTURES.length || !sizes.every(isCount)) return null;
  let at = 0;
  const [thumb, medium, large, preview] = sizes.map((size) => bytes.subarray(at, (at += size)));
  if (at !== bytes.length || !thumb || !medium || !large || !preview) return null;
  const derivatives = { thumb, medium, large, preview };
  if (!Object.values(derivatives).every(isWebp)) return null;
  return { facts: { width, height, pageCount, warnings: warnings }, derivatives };
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) < 2 ** 31;
}

function isWebp(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}
