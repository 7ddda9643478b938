import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { ADMINISTRATIONS } from './bodies';
import { type Paper, PAPER_KINDS } from './paper';
import { drawPdf, Photographer } from './scans';

const paper = (kind: Paper['kind']): Paper => ({
  kind,
  number: 'HMD-2022-04417',
  body: ADMINISTRATIONS[0] as Paper['body'],
  holder: 'Ingrid Sørbø-Halvorsen',
  birthDate: '1987-03-09',
  nationality: 'Norwegian',
  subject: 'Chief Mate on ships of 3000 gross tonnage or more',
  issueDate: '2022-04-14',
  expiryDate: '2027-04-14',
  seed: 7,
});

describe('made-up scans', () => {
  let photographer: Photographer;

  beforeAll(async () => {
    photographer = await Photographer.start();
  });
  afterAll(() => photographer.stop());

  it.each(PAPER_KINDS)('%s: the same paper gives the same PDF', async (kind) => {
    const pdf = await drawPdf(paper(kind));
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.equals(await drawPdf(paper(kind)))).toBe(true);
  });

  it('a photograph is a portrait JPEG of 100 to 400 kB, the same for the same paper', async () => {
    const jpeg = await photographer.photograph(paper('deck_certificate'));
    const { format, width, height } = await sharp(jpeg).metadata();
    expect({ format, isPortrait: height > width }).toEqual({ format: 'jpeg', isPortrait: true });
    expect(jpeg.length).toBeGreaterThan(100_000);
    expect(jpeg.length).toBeLessThan(400_000);
    expect(jpeg.equals(await photographer.photograph(paper('deck_certificate')))).toBe(true);
  });
});
