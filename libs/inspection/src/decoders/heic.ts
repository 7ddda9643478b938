import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { MAX_PAGES, MAX_PIXELS, type OpenedFile, type Picture, Refused } from './opened-file';
import { openPicture, shrinkPicture } from './pictures';
import { wrapInTiff } from './tiff-wrapper';

/** Objects that live in libheif's memory; the number is their address there. */
type Handle = { $$: { ptr: number } };

/** The part of libheif's WebAssembly build that is used here. */
interface Libheif {
  HEAPU8: Uint8Array;
  heif_error_code: { heif_error_Ok: unknown };
  heif_colorspace: { heif_colorspace_RGB: unknown };
  heif_chroma: { heif_chroma_interleaved_RGB: unknown; heif_chroma_interleaved_RGBA: unknown };
  heif_context_alloc(): object;
  heif_context_read_from_memory(context: object, bytes: Uint8Array): { code: unknown };
  heif_js_context_get_list_of_top_level_image_IDs(context: object): number[] | { code: unknown };
  heif_js_context_get_image_handle(context: object, id: number): Handle | { code: unknown };
  heif_image_handle_is_primary_image(handle: Handle): number;
  heif_image_handle_get_width(handle: Handle): number;
  heif_image_handle_get_height(handle: Handle): number;
  heif_image_handle_has_alpha_channel(handle: Handle): number;
  heif_js_decode_image2(handle: Handle, colourSpace: unknown, chroma: unknown): Decoded | { code: unknown };
  heif_image_release(image: object): void;
  _heif_get_global_security_limits(): number;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, target: number): void;
  _malloc(size: number): number;
}

interface Decoded {
  image: object;
  channels: { data: Uint8Array; stride: number; width: number; height: number }[];
}

/** In libheif's heif_security_limits: `uint64_t max_image_size_pixels`. */
const LIMIT_OF_PIXELS_AT = 8;
/** struct heif_error { int code; int subcode; const char* message } */
const ERROR_BYTES = 12;

/**
 * Opens a HEIC photograph with libheif, because sharp's binaries cannot decode HEVC. libheif turns and mirrors by the file's own
 * `irot` and `imir` while it decodes; the Exif orientation beside them says the same again and is ignored (ISO/IEC 23000-22, 7.3.6.2),
 * so nothing is turned twice.
 */
export async function openHeic(bytes: Buffer): Promise<OpenedFile> {
  const libheif = loadLibheif();
  const context = libheif.heif_context_alloc();
  if (libheif.heif_context_read_from_memory(context, bytes).code !== libheif.heif_error_code.heif_error_Ok) {
    throw new Refused('file_not_readable');
  }
  const ids = libheif.heif_js_context_get_list_of_top_level_image_IDs(context);
  if (!Array.isArray(ids) || ids.length === 0) throw new Refused('file_not_readable');
  if (ids.length > MAX_PAGES) throw new Refused('file_too_complex');
  const handles = ids.map((id) => {
    const handle = libheif.heif_js_context_get_image_handle(context, id);
    if ('code' in handle) throw new Refused('file_not_readable');
    return handle;
  });
  // What cameras show first.
  handles.sort((a, b) => primary(libheif, b) - primary(libheif, a));
  const [first] = handles as [Handle, ...Handle[]];
  let drawn: { page: number; picture: Picture } | null = null;
  return {
    ...sizeOf(libheif, first),
    pageCount: handles.length,
    warnings: [],
    draw: async (page, box) => {
      // Decoding takes longest, and the largest size is asked for first.
      if (drawn?.page === page) return shrinkPicture(drawn.picture, box);
      const picture = await (await openPicture(decode(libheif, handles[page] as Handle), 'image/tiff')).draw(0, box);
      drawn = { page, picture };
      return picture;
    },
  };
}

function loadLibheif(): Libheif {
  const require = createRequire(__filename);
  const path = require.resolve('libheif-js/libheif-wasm/libheif.js');
  const create = require(path) as (options: object) => Libheif;
  const silent = (): void => undefined;
  const wasmBinary = readFileSync(path.replace(/js$/, 'wasm'));
  const libheif = create({ wasmBinary, print: silent, printErr: silent });
  // What the file says of its size is checked below; this holds for what libheif finds while it decodes.
  const limits = new DataView(libheif.HEAPU8.buffer, libheif._heif_get_global_security_limits());
  limits.setBigUint64(LIMIT_OF_PIXELS_AT, BigInt(MAX_PIXELS), true);
  return libheif;
}

function primary(libheif: Libheif, handle: Handle): number {
  return libheif.heif_image_handle_is_primary_image(handle) ? 1 : 0;
}

/** As it is once turned. */
function sizeOf(libheif: Libheif, handle: Handle): { width: number; height: number } {
  const width = libheif.heif_image_handle_get_width(handle);
  const height = libheif.heif_image_handle_get_height(handle);
  if (width < 1 || height < 1) throw new Refused('file_not_readable');
  if (width * height > MAX_PIXELS) throw new Refused('file_too_complex');
  return { width, height };
}

/** The pixels as a TIFF, with the photograph's colour profile: telephones see more colours than sRGB has. */
function decode(libheif: Libheif, handle: Handle): Buffer {
  sizeOf(libheif, handle);
  const { heif_chroma_interleaved_RGB, heif_chroma_interleaved_RGBA } = libheif.heif_chroma;
  const hasAlpha = libheif.heif_image_handle_has_alpha_channel(handle) !== 0;
  const decoded = libheif.heif_js_decode_image2(
    handle,
    libheif.heif_colorspace.heif_colorspace_RGB,
    hasAlpha ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB,
  );
  if (!('image' in decoded)) throw new Refused('file_not_readable');
  const [pixels] = decoded.channels;
  if (!pixels || pixels.width * pixels.height > MAX_PIXELS) throw new Refused('file_not_readable');
  const tiff = wrapInTiff({ ...pixels, channels: hasAlpha ? 4 : 3, profile: profileOf(libheif, handle) });
  libheif.heif_image_release(decoded.image);
  return tiff;
}

function profileOf(libheif: Libheif, handle: Handle): Uint8Array {
  const { ptr } = handle.$$;
  const size = libheif._heif_image_handle_get_raw_color_profile_size(ptr);
  if (size === 0) return new Uint8Array();
  const error = libheif._malloc(ERROR_BYTES);
  const target = libheif._malloc(size);
  if (error === 0 || target === 0) throw new Refused('file_too_complex');
  libheif._heif_image_handle_get_raw_color_profile(error, ptr, target);
  const isFine = new DataView(libheif.HEAPU8.buffer).getInt32(error, true) === 0;
  return isFine ? libheif.HEAPU8.slice(target, target + size) : new Uint8Array();
}
