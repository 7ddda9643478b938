import { Random } from './random';

/** The brushes of the made-up papers: everything that makes a sheet look like an official document. */
export type Sheet = PDFKit.PDFDocument;

export const SHEET_WIDTH = 595.28;
export const SHEET_HEIGHT = 841.89;

const INK = '#1c2a56';

/** Colours of one issuing body. */
export interface Palette {
  dark: string;
  accent: string;
  paper: string;
}

export function background(sheet: Sheet, color: string): void {
  sheet.rect(0, 0, SHEET_WIDTH, SHEET_HEIGHT).fill(color);
}

/** Interlaced waves along the four sides, as on share certificates. */
export function guillocheFrame(sheet: Sheet, { dark, accent }: Palette, inset = 26, band = 20): void {
  const outer = { x: inset, y: inset, width: SHEET_WIDTH - 2 * inset, height: SHEET_HEIGHT - 2 * inset };
  sheet.lineWidth(1.4).strokeColor(dark).rect(outer.x, outer.y, outer.width, outer.height).stroke();
  sheet
    .lineWidth(0.6)
    .rect(outer.x + band, outer.y + band, outer.width - 2 * band, outer.height - 2 * band)
    .stroke();
  const middle = band / 2;
  for (let strand = 0; strand < 6; strand++) {
    const phase = (strand * Math.PI) / 3;
    sheet.lineWidth(0.45).strokeColor(strand % 2 === 0 ? dark : accent);
    for (const y of [outer.y + middle, outer.y + outer.height - middle]) {
      wave(sheet, outer.x + band, y, outer.width - 2 * band, middle - 1.5, phase, false);
    }
    for (const x of [outer.x + middle, outer.x + outer.width - middle]) {
      wave(sheet, x, outer.y + band, outer.height - 2 * band, middle - 1.5, phase, true);
    }
    sheet.stroke();
  }
  for (const x of [outer.x + middle, outer.x + outer.width - middle]) {
    for (const y of [outer.y + middle, outer.y + outer.height - middle]) {
      sheet.circle(x, y, middle - 1).fillAndStroke('#ffffff', dark);
      rosette(sheet, x, y, middle - 2, 7, accent, 0.4, 1);
    }
  }
}

function wave(
  sheet: Sheet,
  x: number,
  y: number,
  length: number,
  height: number,
  phase: number,
  isVertical: boolean,
): void {
  const steps = Math.round(length / 5);
  for (let step = 0; step <= steps; step++) {
    const along = (step / steps) * length;
    const across = Math.sin((step / steps) * Math.PI * 2 * Math.round(length / 34) + phase) * height;
    const [px, py] = isVertical ? [x + across, y + along] : [x + along, y + across];
    if (step === 0) sheet.moveTo(px, py);
    else sheet.lineTo(px, py);
  }
}

/** Thick and thin lines with cut-in corners. */
export function classicFrame(sheet: Sheet, { dark, accent }: Palette): void {
  for (const [inset, width, color, corner] of [
    [24, 3, dark, 22],
    [31, 0.8, accent, 20],
    [35, 0.8, dark, 18],
  ] as const) {
    const right = SHEET_WIDTH - inset;
    const bottom = SHEET_HEIGHT - inset;
    sheet
      .lineWidth(width)
      .strokeColor(color)
      .moveTo(inset + corner, inset)
      .lineTo(right - corner, inset)
      .quadraticCurveTo(right - corner, inset + corner, right, inset + corner)
      .lineTo(right, bottom - corner)
      .quadraticCurveTo(right - corner, bottom - corner, right - corner, bottom)
      .lineTo(inset + corner, bottom)
      .quadraticCurveTo(inset + corner, bottom - corner, inset, bottom - corner)
      .lineTo(inset, inset + corner)
      .quadraticCurveTo(inset + corner, inset + corner, inset + corner, inset)
      .stroke();
  }
}

/** A flower of one line, as security printers draw it. */
export function rosette(
  sheet: Sheet,
  x: number,
  y: number,
  radius: number,
  petals: number,
  color: string,
  lineWidth: number,
  opacity: number,
): void {
  sheet.save().opacity(opacity).lineWidth(lineWidth).strokeColor(color);
  const turns = 5;
  const steps = petals * turns * 6;
  for (let step = 0; step <= steps; step++) {
    const angle = (step / steps) * Math.PI * 2 * turns;
    const distance = radius * (0.55 + 0.45 * Math.cos((petals / turns) * angle));
    const px = x + Math.cos(angle) * distance;
    const py = y + Math.sin(angle) * distance;
    if (step === 0) sheet.moveTo(px, py);
    else sheet.lineTo(px, py);
  }
  sheet.stroke().restore();
}

/** The word that says what this paper is: made up. Faint, but on every page. */
export function specimen(sheet: Sheet, color: string): void {
  sheet.save().opacity(0.075).fillColor(color).font('Helvetica-Bold').fontSize(96);
  sheet.rotate(-52, { origin: [SHEET_WIDTH / 2, SHEET_HEIGHT / 2] });
  sheet.text('SPECIMEN', 0, SHEET_HEIGHT / 2 - 40, {
    width: SHEET_WIDTH,
    align: 'center',
    lineBreak: false,
    characterSpacing: 6,
  });
  sheet.restore();
}

export function anchor(sheet: Sheet, x: number, y: number, size: number, color: string): void {
  sheet
    .save()
    .translate(x, y)
    .scale(size / 100)
    .strokeColor(color)
    .lineWidth(8)
    .lineCap('round');
  sheet.circle(0, -38, 9).stroke();
  sheet.moveTo(0, -29).lineTo(0, 42).stroke();
  sheet.moveTo(-20, -16).lineTo(20, -16).stroke();
  sheet.moveTo(-38, 8).bezierCurveTo(-36, 34, -16, 44, 0, 44).bezierCurveTo(16, 44, 36, 34, 38, 8).stroke();
  sheet.moveTo(-46, 18).lineTo(-38, 6).lineTo(-27, 15).stroke();
  sheet.moveTo(46, 18).lineTo(38, 6).lineTo(27, 15).stroke();
  sheet.restore();
}

export function star(sheet: Sheet, x: number, y: number, radius: number, color: string): void {
  for (let corner = 0; corner < 10; corner++) {
    const distance = corner % 2 === 0 ? radius : radius * 0.42;
    const angle = (corner * Math.PI) / 5 - Math.PI / 2;
    const point = [x + Math.cos(angle) * distance, y + Math.sin(angle) * distance] as const;
    if (corner === 0) sheet.moveTo(...point);
    else sheet.lineTo(...point);
  }
  sheet.closePath().fill(color);
}

/** Words set around a circle; `side` is where their middle stands. */
function wordsAround(
  sheet: Sheet,
  words: string,
  x: number,
  y: number,
  radius: number,
  size: number,
  side: 'top' | 'bottom',
): void {
  sheet.font('Helvetica-Bold').fontSize(size);
  const spacing = size * 0.14;
  const total = sheet.widthOfString(words) + spacing * (words.length - 1);
  const direction = side === 'top' ? 1 : -1;
  let along = -total / 2;
  for (const letter of words) {
    const width = sheet.widthOfString(letter);
    const turn = (direction * (along + width / 2)) / radius;
    sheet
      .save()
      .translate(x, y)
      .rotate((turn * 180) / Math.PI);
    sheet.text(letter, -width / 2, side === 'top' ? -radius - size * 0.5 : radius - size * 0.5, { lineBreak: false });
    sheet.restore();
    along += width + spacing;
  }
}

/** An embossed seal with a scalloped edge, a ribbon and the name of the issuing body around it. */
export function seal(
  sheet: Sheet,
  x: number,
  y: number,
  radius: number,
  words: string,
  { dark, accent }: Palette,
): void {
  sheet.save();
  for (const [dx, lean] of [
    [-radius * 0.42, -9],
    [radius * 0.1, 9],
  ] as const) {
    sheet.save().rotate(-lean, { origin: [x, y] });
    sheet
      .moveTo(x + dx, y + radius * 0.7)
      .lineTo(x + dx, y + radius * 1.75)
      .lineTo(x + dx + radius * 0.17, y + radius * 1.6)
      .lineTo(x + dx + radius * 0.34, y + radius * 1.75)
      .lineTo(x + dx + radius * 0.34, y + radius * 0.7)
      .fill(dark);
    sheet.restore();
  }
  const teeth = 36;
  for (let step = 0; step <= teeth * 2; step++) {
    const angle = (step / (teeth * 2)) * Math.PI * 2;
    const distance = step % 2 === 0 ? radius : radius * 0.93;
    const point = [x + Math.cos(angle) * distance, y + Math.sin(angle) * distance] as const;
    if (step === 0) sheet.moveTo(...point);
    else sheet.lineTo(...point);
  }
  sheet.closePath().fill(accent);
  sheet
    .lineWidth(0.8)
    .strokeColor('#ffffff')
    .circle(x, y, radius * 0.86)
    .stroke();
  sheet.circle(x, y, radius * 0.55).stroke();
  sheet.fillColor('#ffffff');
  wordsAround(sheet, words.toUpperCase(), x, y, radius * 0.7, radius * 0.155, 'top');
  for (const angle of [0.72, 0.36, 0, -0.36, -0.72]) {
    star(sheet, x + Math.sin(angle) * radius * 0.7, y + Math.cos(angle) * radius * 0.7, radius * 0.06, '#ffffff');
  }
  anchor(sheet, x, y, radius * 0.72, '#ffffff');
  sheet.restore();
}

/** A round rubber stamp, never quite straight. */
export function stamp(
  sheet: Sheet,
  x: number,
  y: number,
  radius: number,
  top: string,
  bottom: string,
  middle: string,
  random: Random,
): void {
  const color = random.pick(['#2b3f8f', '#7a2342', '#3b2f73']);
  sheet
    .save()
    .rotate(random.between(-24, 18), { origin: [x, y] })
    .opacity(random.between(0.6, 0.78));
  sheet.strokeColor(color).fillColor(color);
  sheet.lineWidth(1.8).circle(x, y, radius).stroke();
  sheet
    .lineWidth(0.8)
    .circle(x, y, radius * 0.62)
    .stroke();
  wordsAround(sheet, top.toUpperCase(), x, y, radius * 0.8, radius * 0.19, 'top');
  wordsAround(sheet, bottom.toUpperCase(), x, y, radius * 0.8, radius * 0.19, 'bottom');
  sheet.font('Courier-Bold').fontSize(radius * 0.2);
  sheet.text(middle, x - radius, y - radius * 0.09, { width: radius * 2, align: 'center', lineBreak: false });
  sheet.restore();
}

/** A name written in one go with a pen: loops of uneven height and a stroke under it. */
function signature(sheet: Sheet, x: number, y: number, width: number, name: string): void {
  // Whoever signs twice signs the same way.
  const random = new Random([...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
  sheet.save().strokeColor(INK).lineCap('round').lineJoin('round').lineWidth(random.between(0.9, 1.4));
  const letters = random.int(6, 9);
  const step = (width * 0.8) / letters;
  let px = x;
  sheet.moveTo(px, y);
  sheet.bezierCurveTo(px - 6, y - 34, px + step * 1.5, y - 38, px + step * 0.9, y - 4);
  px += step * 0.9;
  for (let letter = 1; letter < letters; letter++) {
    const height = random.chance(0.25) ? random.between(16, 26) : random.between(4, 11);
    const drop = random.chance(0.15) ? random.between(6, 14) : random.between(-2, 2);
    const end = px + step * random.between(0.8, 1.15);
    sheet.bezierCurveTo(
      px + step * 0.2,
      y - height,
      px + step * 1.1,
      y - height * random.between(0.7, 1.1),
      px + step * 0.55,
      y + drop,
    );
    sheet.bezierCurveTo(px + step * 0.4, y + drop + 3, end - 2, y + 2, end, y - random.between(1, 5));
    px = end;
  }
  sheet.stroke();
  if (random.chance(0.75)) {
    const rise = random.between(-4, 3);
    sheet
      .moveTo(x + width * 0.05, y + 8)
      .bezierCurveTo(
        x + width * 0.3,
        y + 3,
        x + width * 0.7,
        y + 9 + rise,
        x + width * random.between(0.85, 1.05),
        y + rise,
      )
      .stroke();
  }
  sheet.restore();
}

/** The line a signature stands on, with the name and office below. */
export function signatureLine(sheet: Sheet, x: number, y: number, width: number, name: string, office: string): void {
  signature(sheet, x + width * 0.12, y - 8, width * 0.7, name);
  sheet
    .lineWidth(0.6)
    .strokeColor('#444444')
    .moveTo(x, y)
    .lineTo(x + width, y)
    .stroke();
  sheet.font('Helvetica-Bold').fontSize(8.5).fillColor('#222222');
  sheet.text(name, x, y + 5, { width, align: 'center', lineBreak: false });
  sheet.font('Helvetica').fontSize(7.5).fillColor('#555555');
  sheet.text(office, x, y + 16, { width, align: 'center', lineBreak: false });
}

/** A passport photograph, of nobody. */
export function portrait(sheet: Sheet, x: number, y: number, width: number, height: number, random: Random): void {
  const skin = random.pick(['#e3bf9f', '#c99a74', '#a87650', '#d9ae8a', '#8d5f3f']);
  const hair = random.pick(['#2a211c', '#4b3524', '#7a5a36', '#8b8680', '#1d1a19']);
  const jacket = random.pick(['#22304f', '#2c2c31', '#31453f', '#4a2530']);
  const middle = x + width / 2;
  sheet.save().rect(x, y, width, height).clip();
  sheet.rect(x, y, width, height).fill(random.pick(['#cfdbe6', '#dfe3e6', '#c9d3cb']));
  sheet.ellipse(middle, y + height * 1.04, width * 0.44, height * 0.34).fill(jacket);
  sheet.rect(middle - width * 0.1, y + height * 0.55, width * 0.2, height * 0.2).fill(skin);
  sheet.ellipse(middle, y + height * 0.33, width * 0.235, height * 0.225).fill(hair);
  sheet.ellipse(middle, y + height * 0.43, width * 0.2, height * 0.235).fill(skin);
  sheet
    .moveTo(middle - width * 0.13, y + height * 0.71)
    .lineTo(middle, y + height * 0.84)
    .lineTo(middle + width * 0.13, y + height * 0.71)
    .lineTo(middle, y + height * 0.76)
    .fill('#f5f5f2');
  sheet.restore();
  sheet.lineWidth(0.6).strokeColor('#666666').rect(x, y, width, height).stroke();
}

export function barcode(sheet: Sheet, x: number, y: number, width: number, height: number, random: Random): void {
  let at = x;
  while (at < x + width) {
    const bar = random.pick([0.8, 0.8, 1.6, 2.4]);
    sheet.rect(at, y, Math.min(bar, x + width - at), height);
    at += bar + random.pick([0.8, 0.8, 1.6]);
  }
  sheet.fill('#1a1a1a');
}

/** A small label with its value below it. */
export function labelled(
  sheet: Sheet,
  label: string,
  value: string,
  x: number,
  y: number,
  width: number,
  font = 'Helvetica-Bold',
): void {
  sheet.font('Helvetica').fontSize(7).fillColor('#6b6b6b');
  sheet.text(label.toUpperCase(), x, y, { width, lineBreak: false, characterSpacing: 0.4 });
  sheet.font(font).fontSize(11).fillColor('#161616');
  sheet.text(value, x, y + 10, { width, height: 26, ellipsis: true });
}

/** One centred line that shrinks until it fits. */
export function centred(
  sheet: Sheet,
  words: string,
  y: number,
  font: string,
  size: number,
  color: string,
  width = 460,
): void {
  fitted(sheet, words, (SHEET_WIDTH - width) / 2, y, font, size, color, width, 'center');
}

export function fitted(
  sheet: Sheet,
  words: string,
  x: number,
  y: number,
  font: string,
  size: number,
  color: string,
  width: number,
  align: 'left' | 'center' = 'left',
): void {
  sheet.font(font).fontSize(size);
  const needed = sheet.widthOfString(words);
  const fits = needed > width ? (size * width) / needed : size;
  sheet.fontSize(fits).fillColor(color);
  // Centred by hand: pdfkit's own centring drops the last word of a line that fits exactly.
  const left = align === 'center' ? x + (width - sheet.widthOfString(words)) / 2 : x;
  sheet.text(words, left, y + (size - fits), { lineBreak: false });
}

const DESKS = ['#6f4e37', '#8a6a4c', '#3b3f46', '#54616b', '#9a8468', '#2f3a33'];

/** A desk that fills the page, with grain; what is drawn afterwards lies on it, slightly turned, with a shadow. */
export function desk(sheet: Sheet, random: Random): void {
  const { width, height } = sheet.page;
  sheet.rect(0, 0, width, height).fill(random.pick(DESKS));
  for (let line = 0; line < 26; line++) {
    const y = random.between(0, height);
    sheet
      .moveTo(0, y)
      .bezierCurveTo(width * 0.3, y + random.between(-9, 9), width * 0.7, y + random.between(-9, 9), width, y);
  }
  sheet.save().opacity(0.13).lineWidth(random.between(1, 2.5)).strokeColor('#000000').stroke().restore();
  sheet.rotate(random.between(-1.5, 1.5), { origin: [width / 2, height / 2] });
  sheet.translate((width - SHEET_WIDTH) / 2, (height - SHEET_HEIGHT) / 2);
  // Only the strips that show: blending a whole page of shadow is what would cost time.
  for (const spread of [7, 5, 3, 1.5]) {
    sheet
      .moveTo(SHEET_WIDTH, 4)
      .lineTo(SHEET_WIDTH + spread, 4)
      .lineTo(SHEET_WIDTH + spread, SHEET_HEIGHT + spread)
      .lineTo(4, SHEET_HEIGHT + spread)
      .lineTo(4, SHEET_HEIGHT)
      .lineTo(SHEET_WIDTH, SHEET_HEIGHT)
      .closePath();
    sheet.save().opacity(0.2).fill('#000000').restore();
  }
}
