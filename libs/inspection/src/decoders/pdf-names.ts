import { inflateSync } from 'node:zlib';

/** What the words in a PDF's objects tell. */
export interface PdfNames {
  hasJavaScript: boolean;
  hasFiles: boolean;
  hasLaunch: boolean;
  /** Some objects are packed in a way that is not looked into: by another filter than Flate, or encrypted. */
  hasUnreadParts: boolean;
}

/** Of all unpacked objects together; a bomb is not unpacked further. */
const MAX_UNPACKED_BYTES = 64_000_000;
const HAS_ESCAPE = /#[0-9a-fA-F]{2}/;

/**
 * Looks for the names of actions wherever they stand: PDFium tells of scripts in the document's list only, not of those that open with
 * a page, a field or the document (ISO 32000-2, 12.6). Objects may be packed into object streams (7.5.7), so those are unpacked. Names
 * may be written with escapes (7.3.5), so those are undone. A name that is only text in a page counts as well: better one warning too
 * many.
 */
export function pdfNames(bytes: Buffer): PdfNames {
  const names: PdfNames = { hasJavaScript: false, hasFiles: false, hasLaunch: false, hasUnreadParts: false };
  const text = bytes.toString('latin1');
  look(text, names);
  let unpacked = 0;
  for (const { dictionary, start } of objectStreams(text)) {
    const packed = bytes.subarray(start, endOfStream(text, start));
    const content = unpack(dictionary, packed, MAX_UNPACKED_BYTES - unpacked);
    if (content === null) {
      names.hasUnreadParts = true;
      continue;
    }
    unpacked += content.length;
    look(content.toString('latin1'), names);
  }
  return names;
}

function look(text: string, names: PdfNames): void {
  const plain = HAS_ESCAPE.test(text) ? undoEscapes(text) : text;
  names.hasJavaScript ||= isNamed(plain, 'JavaScript');
  names.hasFiles ||= isNamed(plain, 'EmbeddedFile') || isNamed(plain, 'EmbeddedFiles');
  names.hasLaunch ||= isNamed(plain, 'Launch');
}

function isNamed(text: string, name: string): boolean {
  return new RegExp(`/${name}(?![A-Za-z0-9_.-])`).test(text);
}

function undoEscapes(text: string): string {
  return text.replace(/#([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** The dictionaries of object streams, and where their data begins. */
function* objectStreams(text: string): Generator<{ dictionary: string; start: number }> {
  for (const { 0: keyword, index } of text.matchAll(/\bstream\r?\n/g)) {
    // Far more than such a dictionary needs; it begins where the object does.
    const before = text.slice(Math.max(0, index - 2000), index);
    const dictionary = undoEscapes(before.slice(before.lastIndexOf(' obj') + 1));
    if (/\/ObjStm(?![A-Za-z])/.test(dictionary)) yield { dictionary, start: index + keyword.length };
  }
}

function endOfStream(text: string, start: number): number {
  const end = text.indexOf('endstream', start);
  return end < 0 ? text.length : end;
}

/** Null when it cannot be done. */
function unpack(dictionary: string, packed: Buffer, room: number): Buffer | null {
  const filters = [...dictionary.matchAll(/\/(\w+Decode|Fl|LZW|A85|AHx|RL|Crypt)\b/g)].map(([, name]) => name);
  if (filters.length === 0) return packed;
  if (filters.length > 1 || filters[0] !== 'FlateDecode' || /\/Predictor\s+(?!1\b)/.test(dictionary)) return null;
  try {
    return inflateSync(packed, { maxOutputLength: Math.max(1, room) });
  } catch {
    return null;
  }
}
