import sharp, { type Sharp, type SharpOptions } from 'sharp';
import { type Box, MAX_PAGES, MAX_PIXELS, type OpenedFile, type Picture, Refused } from './opened-file';

/** The decoder for each type, and what it calls the type. Any other decoder is switched off, so no file can choose its own. */
const DECODERS: Readonly<Record<string, { loader: string; format: string }>> = {
  'image/jpeg': { loader: 'VipsForeignLoadJpegBuffer', format: 'jpeg' },
  'image/png': { loader: 'VipsForeignLoadPngBuffer', format: 'png' },
  'image/webp': { loader: 'VipsForeignLoadWebpBuffer', format: 'webp' },
  'image/tiff': { loader: 'VipsForeignLoadTiffBuffer', format: 'tiff' },
};

const OPTIONS: SharpOptions = {
  limitInputPixels: MAX_PIXELS,
  // A picture that ends in the middle is an error; what decoders only remark upon, telephones do all the time.
  failOn: 'error',
  sequentialRead: true,
};

/** Opens what sharp can decode. @throws Refused, or the decoder's error */
export async function openPicture(bytes: Buffer, mime: string): Promise<OpenedFile> {
  const decoder = DECODERS[mime];
  if (!decoder) throw new Refused('content_type_mismatch');
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: [decoder.loader] });
  const { format, autoOrient, pages = 1 } = await sharp(bytes, { ...OPTIONS, limitInputPixels: false }).metadata();
  if (format !== decoder.format) throw new Refused('content_type_mismatch');
  if (autoOrient.width * autoOrient.height > MAX_PIXELS || pages > MAX_PAGES) throw new Refused('file_too_complex');
  return {
    width: autoOrient.width,
    height: autoOrient.height,
    pageCount: pages,
    warnings: [],
    draw: (page, box) => shrink(sharp(bytes, { ...OPTIONS, page }).autoOrient(), box),
  };
}

/** A picture that is at hand, at the size of the box; the same one when it fits already. */
export async function shrinkPicture(picture: Picture, box: Box): Promise<Picture> {
  if (picture.width <= box.width && picture.height <= box.height) return picture;
  return shrink(rawPicture(picture), box);
}

/** Without metadata, as WebP. Looked at: print that can be read in the scan can be read in this. */
export function toWebp(picture: Picture): Promise<Buffer> {
  return rawPicture(picture).webp({ quality: 82, effort: 2 }).toBuffer();
}

function rawPicture({ data, width, height }: Picture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function shrink(picture: Sharp, box: Box): Promise<Picture> {
  const { data, info } = await picture
    .resize({ ...box, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`A picture came out with ${info.channels} channels`);
  return { data, width: info.width, height: info.height };
}
