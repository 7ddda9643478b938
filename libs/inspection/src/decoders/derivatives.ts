import type { OpenedFile, Picture } from './opened-file';
import { shrinkPicture, toWebp } from './pictures';

const THUMB_SIDE = 256;
const MEDIUM_SIDE = 1024;
const LARGE_SIDE = 2048;
const PREVIEW_WIDTH = 1200;
const PREVIEW_PAGES = 5;
/** Of a WebP picture (RFC 9649, 2.4). */
const PREVIEW_MAX_HEIGHT = 16_383;
const GAP = 12;
/** Between two pages, so that one sees where a page ends. */
const GAP_GREY = 0xc8;

export interface Derivatives {
  thumb: Buffer;
  medium: Buffer;
  large: Buffer;
  preview: Buffer;
}

/** The four smaller pictures of a file. */
export async function derive(file: OpenedFile): Promise<Derivatives> {
  const large = await file.draw(0, square(LARGE_SIDE));
  const encoded = new Map<Picture, Buffer>();
  // Of a small picture several derivatives are the same.
  const encode = async (picture: Picture): Promise<Buffer> => {
    const webp = encoded.get(picture) ?? (await toWebp(picture));
    encoded.set(picture, webp);
    return webp;
  };
  return {
    thumb: await encode(await shrinkPicture(large, square(THUMB_SIDE))),
    medium: await encode(await shrinkPicture(large, square(MEDIUM_SIDE))),
    large: await encode(large),
    preview: await encode(await drawPreview(file, large)),
  };
}

async function drawPreview(file: OpenedFile, large: Picture): Promise<Picture> {
  const count = Math.min(file.pageCount, PREVIEW_PAGES);
  const box = { width: PREVIEW_WIDTH, height: Math.floor((PREVIEW_MAX_HEIGHT - GAP * (count - 1)) / count) };
  const isWholeFirstPage = Math.max(large.width, large.height) < LARGE_SIDE;
  const first =
    isWholeFirstPage || large.width >= PREVIEW_WIDTH ? await shrinkPicture(large, box) : await file.draw(0, box);
  const pages = [first];
  for (let page = 1; page < count; page += 1) pages.push(await file.draw(page, box));
  return pages.length === 1 ? first : stack(pages);
}

/** One below the other, in the middle of the widest. */
function stack(pages: Picture[]): Picture {
  const width = Math.max(...pages.map((page) => page.width));
  const height = pages.reduce((sum, page) => sum + page.height, GAP * (pages.length - 1));
  const data = new Uint8Array(width * height * 3).fill(GAP_GREY);
  let top = 0;
  for (const page of pages) {
    const left = Math.floor((width - page.width) / 2);
    for (let row = 0; row < page.height; row += 1) {
      const from = row * page.width * 3;
      data.set(page.data.subarray(from, from + page.width * 3), ((top + row) * width + left) * 3);
    }
    top += page.height + GAP;
  }
  return { data, width, height };
}

function square(side: number): { width: number; height: number } {
  return { width: side, height: side };
}
