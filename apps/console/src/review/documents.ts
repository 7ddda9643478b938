import { useSyncExternalStore } from 'react';
import type { UploadedFile } from './desk-entry';
import { drawPage, openPdf, type PDFDocumentProxy } from './pdf';

/** What browsers show by themselves; the rest (HEIC, TIFF) is shown by its pictures. */
const SHOWN_BY_BROWSERS = ['image/jpeg', 'image/png', 'image/webp'];
const PDF = 'application/pdf';
/** Above this a canvas is more than browsers bear; it is stretched instead. */
const MOST_PIXELS = 16_000_000;
/** A connection that has just come back often breaks once more. */
const AGAIN_AFTER_MS = [500, 2000];
/** Papers before and behind the one that is shown, with their earlier files. */
const MOST_KEPT = 8;

export interface Size {
  width: number;
  height: number;
}

/** What can be put on the screen for a page. */
export interface Shown {
  element: HTMLImageElement | HTMLCanvasElement;
  /** It has all the pixels that the file, or the screen, has. */
  isSharp: boolean;
}

/** A file on its way to the screen: its large picture at once, then the page itself as sharp as it is wanted. */
export class LoadedDocument {
  readonly isPdf: boolean;
  /** The picture is there, or there is none. */
  readonly pictured: Promise<void>;
  hasFailed = false;
  private pending = 0;
  private picture: HTMLImageElement | null = null;
  private original: Promise<HTMLImageElement> | null = null;
  private pdf: Promise<PDFDocumentProxy> | null = null;
  /** The page drawn last, which is nearly always the one that is shown. */
  private drawn: { page: number; width: number; canvas: HTMLCanvasElement } | null = null;
  private first: { width: number; drawing: Promise<void> } | null = null;

  constructor(readonly file: UploadedFile) {
    this.isPdf = file.mime === PDF;
    const { large } = file.derivatives;
    this.pictured = large ? this.loadPicture(large) : Promise.resolve();
  }

  /** Something of it is not there, and perhaps never comes. */
  get isIncomplete(): boolean {
    return this.hasFailed || this.pending > 0;
  }

  get pageCount(): number {
    return this.file.pageCount ?? 1;
  }

  /** In any unit; only its shape counts. */
  async sizeOf(page: number): Promise<Size> {
    const { width, height } = this.file;
    if (width !== null && height !== null && (page === 1 || !this.isPdf)) return { width, height };
    const viewport = (await (await this.open()).getPage(page)).getViewport({ scale: 1 });
    return { width: viewport.width, height: viewport.height };
  }

  /** What is there without waiting. */
  now(page: number, width: number): Shown | null {
    const { drawn, picture } = this;
    if (drawn?.page === page && drawn.width === this.bounded(width)) return { element: drawn.canvas, isSharp: true };
    if (page !== 1) return null;
    return picture && { element: picture, isSharp: this.isEnough(picture, width) };
  }

  /** The best there is for so many device pixels. @throws Error when there is nothing better than the picture */
  async best(page: number, width: number): Promise<Shown> {
    await this.pictured;
    if (this.picture && page === 1 && this.isEnough(this.picture, width))
      return { element: this.picture, isSharp: true };
    if (!this.isPdf) return { element: await this.loadOriginal(), isSharp: true };
    const wanted = this.bounded(width);
    if (page === 1 && this.first?.width === wanted) await this.first.drawing;
    if (this.drawn?.page !== page || this.drawn.width !== wanted) await this.draw(page, wanted);
    if (!this.drawn) throw new Error('The page was not drawn');
    return { element: this.drawn.canvas, isSharp: true };
  }

  /** Draws the first page before it is asked for. */
  prepare(width: number): void {
    if (!this.isPdf || this.first) return;
    const wanted = this.bounded(width);
    // What fails here fails again when it is asked for, and is told then.
    this.first = { width: wanted, drawing: this.draw(1, wanted).catch(() => undefined) };
  }

  close(): void {
    void this.pdf?.then((document) => document.destroy()).catch(() => undefined);
  }

  private async draw(page: number, width: number): Promise<void> {
    const document = await this.open();
    // The viewer fetches fonts for it, which may never come either.
    this.drawn = { page, width, canvas: await this.awaited(drawPage(document, page, width)) };
  }

  private open(): Promise<PDFDocumentProxy> {
    this.pdf ??= this.awaited(this.fetchPdf());
    return this.pdf;
  }

  private async fetchPdf(): Promise<PDFDocumentProxy> {
    const { downloadUrl } = this.file;
    if (!downloadUrl) throw new Error('The file is not ready');
    const response = await patiently(() => fetch(downloadUrl));
    if (!response.ok) throw new Error(`The storage answered ${response.status}`);
    return openPdf(await response.arrayBuffer());
  }

  private async loadPicture(url: string): Promise<void> {
    // Without it there is still the file itself.
    this.picture = await this.awaited(patiently(() => decoded(url))).catch(() => null);
  }

  private loadOriginal(): Promise<HTMLImageElement> {
    const { downloadUrl } = this.file;
    if (!downloadUrl) return Promise.reject(new Error('The file is not ready'));
    this.original ??= this.awaited(patiently(() => decoded(downloadUrl)));
    return this.original;
  }

  private async awaited<T>(load: Promise<T>): Promise<T> {
    this.pending += 1;
    try {
      return await load;
    } catch (error) {
      this.hasFailed = true;
      throw error;
    } finally {
      this.pending -= 1;
    }
  }

  /** Of an image: the picture has the pixels that are wanted, or all that can be shown. A PDF is always drawn. */
  private isEnough(picture: HTMLImageElement, width: number): boolean {
    if (this.isPdf) return false;
    return (
      picture.naturalWidth >= Math.min(width, this.file.width ?? width) || !SHOWN_BY_BROWSERS.includes(this.file.mime)
    );
  }

  private bounded(width: number): number {
    const { width: w, height: h } = this.file;
    const ratio = w && h ? h / w : 1.5;
    return Math.round(Math.min(width, Math.sqrt(MOST_PIXELS / ratio)));
  }
}

/** Tries again where it may help: without a connection only waiting for one does. */
async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (const wait of AGAIN_AFTER_MS) {
    try {
      return await load();
    } catch (error) {
      if (!navigator.onLine) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return load();
}

async function decoded(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  // The page around it says what it is.
  image.alt = '';
  image.decoding = 'sync';
  image.src = url;
  await image.decode();
  return image;
}

const kept = new Map<string, LoadedDocument>();
/** How often documents have been given up. */
let generation = 0;
const onGivenUp = new Set<() => void>();

// What could not be had without a connection, or was on its way when it broke, is asked for again with one.
window.addEventListener('online', () => {
  for (const [id, document] of kept) {
    if (!document.isIncomplete) continue;
    kept.delete(id);
    document.close();
  }
  generation += 1;
  for (const tell of onGivenUp) tell();
});

function subscribe(tell: () => void): () => void {
  onGivenUp.add(tell);
  return () => onGivenUp.delete(tell);
}

/** The document of a file for the screen, which takes a new one for one that was given up. */
export function useDocument(file: UploadedFile): LoadedDocument {
  // Not of the connection itself: the screen could hear of it first, and would keep what is given up a moment later.
  useSyncExternalStore(subscribe, () => generation);
  return loadDocument(file);
}

/** The document of a file; loaded once, and kept for as long as it is among the last ones asked for. */
export function loadDocument(file: UploadedFile): LoadedDocument {
  const found = kept.get(file.id);
  // A link that has run out is replaced by a fresh one.
  const isUsable = found && !(found.hasFailed && found.file.downloadUrl !== file.downloadUrl);
  const document = isUsable ? found : new LoadedDocument(file);
  kept.delete(file.id);
  kept.set(file.id, document);
  for (const [id, old] of kept) {
    if (kept.size <= MOST_KEPT) break;
    kept.delete(id);
    old.close();
  }
  return document;
}

/** Nothing of a person stays behind for the next one at this browser. */
export function forgetDocuments(): void {
  for (const document of kept.values()) document.close();
  kept.clear();
}

let usual = 0;

/** The width at which pages are shown, in device pixels, so that the next one is drawn for it. */
export function noteUsualWidth(width: number): void {
  usual = width;
}

/** Has everything of the file ready before it is shown. */
export function prepareDocument(file: UploadedFile | null | undefined): void {
  if (file?.status !== 'ready') return;
  const document = loadDocument(file);
  if (usual > 0) void document.pictured.then(() => document.prepare(usual));
}
