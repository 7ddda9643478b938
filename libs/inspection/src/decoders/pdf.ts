import { PDFiumLibrary } from '@hyzyla/pdfium';
import { type Box, fitInside, MAX_PAGES, type OpenedFile, type Picture, Refused } from './opened-file';
import { pdfNames } from './pdf-names';

/** The functions of PDFium's C interface (public/fpdf*.h) that are used here. */
interface Pdfium {
  HEAPU8: Uint8Array;
  wasmExports: { malloc(size: number): number; free(pointer: number): void };
  _FPDF_LoadMemDocument(bytes: number, size: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_GetSecurityHandlerRevision(document: number): number;
  _FPDF_DocumentHasValidCrossReferenceTable(document: number): number;
  _FPDF_GetFormType(document: number): number;
  _FPDFDoc_GetJavaScriptActionCount(document: number): number;
  _FPDFDoc_GetAttachmentCount(document: number): number;
  _FPDF_LoadPage(document: number, page: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidth(page: number): number;
  _FPDF_GetPageHeight(page: number): number;
  _FPDFDOC_InitFormFillEnvironment(document: number, callbacks: number): number;
  _FORM_OnAfterLoadPage(page: number, form: number): void;
  _FORM_OnBeforeClosePage(page: number, form: number): void;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, pixels: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, x: number, y: number, width: number, height: number, colour: number): number;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
  _FPDF_FFLDraw(
    form: number,
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
}

const FPDF_ERR_PASSWORD = 4;
const FPDF_ANNOT = 0x01;
const FPDF_REVERSE_BYTE_ORDER = 0x10;
const FPDFBITMAP_BGRX = 3;
const FORM_TYPES_OF_XFA = [2, 3];
const WHITE = 0xffffffff;
/** Of FPDF_FORMFILLINFO with room to spare; version 2, no callback set. */
const FORM_INFO_BYTES = 256;
const FORM_INFO_VERSION = 2;

/** Opens a PDF. PDFium is built without a JavaScript engine and without XFA here: nothing in a file is run. @throws Refused */
export async function openPdf(bytes: Buffer): Promise<OpenedFile> {
  // The library's own methods do not tell of warnings, and draw into a page that may be missing.
  const pdfium = (await PDFiumLibrary.init())['module'] as unknown as Pdfium;
  const document = load(pdfium, bytes);
  const pageCount = pdfium._FPDF_GetPageCount(document);
  if (pageCount < 1) throw new Refused('file_not_readable');
  if (pageCount > MAX_PAGES) throw new Refused('file_too_complex');
  const form = startForms(pdfium, document);
  const { width, height } = withPage(pdfium, document, 0, (_, size) => size);
  return {
    width: Math.max(1, Math.round(width)),
    height: Math.max(1, Math.round(height)),
    pageCount,
    warnings: warningsOf(pdfium, document, bytes),
    draw: async (page, box) =>
      withPage(pdfium, document, page, (pointer, size) => render(pdfium, pointer, form, fitInside(size, box))),
  };
}

function load(pdfium: Pdfium, bytes: Buffer): number {
  const pointer = allocate(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, pointer);
  const document = pdfium._FPDF_LoadMemDocument(pointer, bytes.length, 0);
  if (document !== 0) return document;
  throw new Refused(
    pdfium._FPDF_GetLastError() === FPDF_ERR_PASSWORD ? 'file_password_protected' : 'file_not_readable',
  );
}

function warningsOf(pdfium: Pdfium, document: number, bytes: Buffer): string[] {
  const names = pdfNames(bytes);
  const found = {
    pdf_javascript: pdfium._FPDFDoc_GetJavaScriptActionCount(document) > 0 || names.hasJavaScript,
    pdf_attachments: pdfium._FPDFDoc_GetAttachmentCount(document) > 0 || names.hasFiles,
    pdf_launch: names.hasLaunch,
    pdf_xfa: FORM_TYPES_OF_XFA.includes(pdfium._FPDF_GetFormType(document)),
    pdf_encrypted: pdfium._FPDF_GetSecurityHandlerRevision(document) >= 0,
    pdf_damaged: pdfium._FPDF_DocumentHasValidCrossReferenceTable(document) === 0,
    pdf_unchecked_parts: names.hasUnreadParts,
  };
  return Object.entries(found)
    .filter(([, isFound]) => isFound)
    .map(([warning]) => warning);
}

/** Fields that people have filled in are drawn by PDFium's form module only. 0 when it cannot be started. */
function startForms(pdfium: Pdfium, document: number): number {
  const info = allocate(pdfium, FORM_INFO_BYTES);
  pdfium.HEAPU8.fill(0, info, info + FORM_INFO_BYTES);
  new DataView(pdfium.HEAPU8.buffer).setUint32(info, FORM_INFO_VERSION, true);
  return pdfium._FPDFDOC_InitFormFillEnvironment(document, info);
}

function withPage<T>(
  pdfium: Pdfium,
  document: number,
  index: number,
  work: (page: number, size: { width: number; height: number }) => T,
): T {
  const page = pdfium._FPDF_LoadPage(document, index);
  if (page === 0) throw new Refused('file_not_readable');
  try {
    const size = { width: pdfium._FPDF_GetPageWidth(page), height: pdfium._FPDF_GetPageHeight(page) };
    if (!(size.width > 0 && size.height > 0)) throw new Refused('file_not_readable');
    return work(page, size);
  } finally {
    pdfium._FPDF_ClosePage(page);
  }
}

function render(pdfium: Pdfium, page: number, form: number, { width, height }: Box): Picture {
  const pixels = allocate(pdfium, width * height * 4);
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, FPDFBITMAP_BGRX, pixels, width * 4);
  if (bitmap === 0) throw new Refused('file_too_complex');
  try {
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, FPDF_ANNOT | FPDF_REVERSE_BYTE_ORDER);
    if (form !== 0) {
      pdfium._FORM_OnAfterLoadPage(page, form);
      pdfium._FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, FPDF_REVERSE_BYTE_ORDER);
      pdfium._FORM_OnBeforeClosePage(page, form);
    }
    return { data: withoutFourth(pdfium.HEAPU8.subarray(pixels, pixels + width * height * 4)), width, height };
  } finally {
    pdfium._FPDFBitmap_Destroy(bitmap);
    pdfium.wasmExports.free(pixels);
  }
}

/** RGB of RGBX. */
function withoutFourth(pixels: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    rgb[to] = pixels[from] as number;
    rgb[to + 1] = pixels[from + 1] as number;
    rgb[to + 2] = pixels[from + 2] as number;
  }
  return rgb;
}

function allocate(pdfium: Pdfium, size: number): number {
  const pointer = pdfium.wasmExports.malloc(size);
  if (pointer === 0) throw new Refused('file_too_complex');
  return pointer;
}
