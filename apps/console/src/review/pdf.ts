import type * as Library from 'pdfjs-dist';
import type { PDFDocumentProxy, PDFWorker } from 'pdfjs-dist';
import libraryUrl from 'pdfjs-dist/build/pdf.min.mjs?url';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';

export type { PDFDocumentProxy } from 'pdfjs-dist';

const FILES = `${import.meta.env.BASE_URL}pdfjs/`;

interface Loaded {
  pdf: typeof Library;
  worker: PDFWorker;
}

let library: Promise<Loaded> | null = null;
let isLoaded = false;
let attempts = 0;

// What was on its way when the connection broke may never come.
window.addEventListener('online', () => {
  if (!isLoaded) library = null;
});

/** The viewer's library with its one worker; loaded when the first document needs it. What fails is tried anew by the next one. */
function loadPdfLibrary(): Promise<Loaded> {
  library ??= startPdfLibrary().catch((error: unknown) => {
    library = null;
    throw error;
  });
  return library;
}

async function startPdfLibrary(): Promise<Loaded> {
  attempts += 1;
  // Chromium 147 and others keep a module that did not come as failed for the life of the page, by its address with the fragment.
  const address = `${libraryUrl}#${attempts}`;
  const pdf = (await import(/* @vite-ignore */ address)) as typeof Library;
  // Not beside it: where the library does not come, nobody would end the worker.
  const port = await startWorker();
  isLoaded = true;
  return { pdf, worker: pdf.PDFWorker.create({ port }) };
}

/**
 * Started here: where the library starts it and it does not come, it tries without one, and for the life of the page only that.
 * @throws Error when it cannot be loaded
 */
function startWorker(): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerUrl, { type: 'module' });
    const fail = () => {
      worker.terminate();
      reject(new Error('The worker of the viewer could not be loaded'));
    };
    worker.addEventListener('error', fail);
    // It says so when it is ready; what goes wrong later is the library's.
    const succeed = () => {
      worker.removeEventListener('error', fail);
      resolve(worker);
    };
    worker.addEventListener('message', succeed, { once: true });
  });
}

/** Nothing in the file is run, and nothing is fetched from anywhere but here. */
export async function openPdf(bytes: ArrayBuffer): Promise<PDFDocumentProxy> {
  const { pdf, worker } = await loadPdfLibrary();
  return pdf.getDocument({
    data: bytes,
    worker,
    isEvalSupported: false,
    enableXfa: false,
    cMapUrl: `${FILES}cmaps/`,
    standardFontDataUrl: `${FILES}standard_fonts/`,
    wasmUrl: `${FILES}wasm/`,
    // The page's policy has no WebAssembly; the worker's own has.
    useWorkerFetch: true,
    verbosity: 0,
  }).promise;
}

/** A canvas as many device pixels wide; what is drawn is laid out by CSS. */
export async function drawPage(document: PDFDocumentProxy, number: number, width: number): Promise<HTMLCanvasElement> {
  const page = await document.getPage(number);
  const { width: points } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: width / points });
  const canvas = window.document.createElement('canvas');
  canvas.width = Math.round(viewport.width);
  canvas.height = Math.round(viewport.height);
  await page.render({ canvas, viewport }).promise;
  return canvas;
}
