import {
  anchor,
  background,
  barcode,
  centred,
  classicFrame,
  fitted,
  guillocheFrame,
  labelled,
  portrait,
  rosette,
  seal,
  type Sheet,
  SHEET_HEIGHT,
  SHEET_WIDTH,
  signatureLine,
  specimen,
  stamp,
} from './drawing';
import { inWords, type Paper, type PaperKind } from './paper';
import { type Random } from './random';

type Layout = (sheet: Sheet, paper: Paper, random: Random) => void;

const MIDDLE = SHEET_WIDTH / 2;
const UNLIMITED = 'Unlimited';

/** How each kind of paper looks. Each draws on a fresh A4 sheet. */
export const LAYOUTS: Readonly<Record<PaperKind, Layout>> = {
  stcw_basic_safety: drawBasicSafety,
  deck_certificate: drawCompetency,
  gmdss_endorsement: drawRadioOperator,
  oil_tanker_endorsement: drawTanker,
  medical: drawMedical,
  flag_certificate: drawFlagEndorsement,
  course: drawCourse,
  diploma: drawDiploma,
};

function drawBasicSafety(sheet: Sheet, paper: Paper): void {
  const { body } = paper;
  background(sheet, body.palette.paper);
  guillocheFrame(sheet, body.palette);
  rosette(sheet, MIDDLE, 430, 190, 23, body.palette.accent, 0.5, 0.16);
  anchor(sheet, MIDDLE, 92, 46, body.palette.dark);
  centred(sheet, body.over.toUpperCase(), 126, 'Helvetica', 9, '#555555');
  centred(sheet, body.name, 140, 'Times-Bold', 19, body.palette.dark);
  centred(sheet, 'CERTIFICATE OF PROFICIENCY', 184, 'Times-Bold', 27, body.palette.dark);
  centred(sheet, 'Basic Safety Training', 219, 'Times-Italic', 19, body.palette.accent);
  centred(sheet, `Certificate No. ${paper.number}`, 250, 'Courier-Bold', 12, '#222222');
  centred(sheet, 'This is to certify that', 288, 'Times-Italic', 13, '#444444');
  centred(sheet, paper.holder, 308, 'Times-Bold', 28, '#111111');
  rule(sheet, 150, 344, SHEET_WIDTH - 300, body.palette.accent);
  centred(sheet, `born ${inWords(paper.birthDate)}   ·   ${paper.nationality}`, 352, 'Times-Roman', 12, '#333333');
  centred(
    sheet,
    'has met the standard of competence of the STCW Convention 1978, as amended, in',
    386,
    'Times-Italic',
    12.5,
    '#444444',
  );
  const courses = [
    ['Personal Survival Techniques', 'A-VI/1-1'],
    ['Fire Prevention and Fire Fighting', 'A-VI/1-2'],
    ['Elementary First Aid', 'A-VI/1-3'],
    ['Personal Safety and Social Responsibilities', 'A-VI/1-4'],
  ];
  courses.forEach(([name, section], index) => {
    const y = 416 + index * 25;
    sheet
      .rect(108, y - 4, SHEET_WIDTH - 216, 23)
      .fillOpacity(index % 2 === 0 ? 0.07 : 0.02)
      .fill(body.palette.dark)
      .fillOpacity(1);
    sheet
      .font('Times-Roman')
      .fontSize(12.5)
      .fillColor('#1a1a1a')
      .text(name ?? '', 120, y, { lineBreak: false });
    sheet.font('Helvetica').fontSize(9.5).fillColor('#555555');
    sheet.text(`STCW ${section}`, 380, y + 2, { width: 95, align: 'right', lineBreak: false });
  });
  validity(sheet, paper, 110, 546);
  seal(sheet, 168, 660, 52, body.place, body.palette);
  signatureLine(sheet, 310, 690, 190, body.signatory, body.office);
  footer(sheet, 'Issued under Regulation VI/1. Any alteration makes this certificate void.', 752);
  specimen(sheet, body.palette.dark);
}

function drawCompetency(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, body.palette.paper);
  classicFrame(sheet, body.palette);
  rosette(sheet, MIDDLE, 420, 210, 31, body.palette.dark, 0.4, 0.13);
  sheet.rect(60, 62, SHEET_WIDTH - 120, 78).fill(body.palette.dark);
  anchor(sheet, 100, 101, 48, '#ffffff');
  anchor(sheet, SHEET_WIDTH - 100, 101, 48, '#ffffff');
  fitted(sheet, body.over.toUpperCase(), 140, 76, 'Helvetica', 9.5, '#ffffff', SHEET_WIDTH - 280, 'center');
  fitted(sheet, body.name, 140, 94, 'Times-Bold', 21, '#ffffff', SHEET_WIDTH - 280, 'center');
  fitted(sheet, 'STCW 1978, as amended', 140, 120, 'Helvetica-Oblique', 8.5, '#ffffff', SHEET_WIDTH - 280, 'center');
  centred(sheet, 'CERTIFICATE OF COMPETENCY', 168, 'Times-Bold', 27, body.palette.dark);
  centred(sheet, paper.subject.toUpperCase(), 204, 'Helvetica-Bold', 13, body.palette.accent);
  portrait(sheet, 72, 244, 96, 122, random);
  labelled(sheet, 'Certificate number', paper.number, 188, 246, 180, 'Courier-Bold');
  labelled(sheet, 'Date of birth', inWords(paper.birthDate), 380, 246, 150);
  labelled(sheet, 'Holder', paper.holder, 188, 290, 180);
  labelled(sheet, 'Nationality', paper.nationality, 380, 290, 150);
  labelled(sheet, 'Date of issue', inWords(paper.issueDate), 188, 334, 180);
  labelled(sheet, 'Valid until', paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED, 380, 334, 150);
  paragraph(
    sheet,
    `The ${body.name} certifies that the holder has been found duly qualified in accordance with the provisions of the ` +
      'International Convention on Standards of Training, Certification and Watchkeeping for Seafarers, and has been found ' +
      'competent to perform the functions named below, at the levels specified, until the date given above.',
    72,
    392,
    SHEET_WIDTH - 144,
  );
  const isSenior = /master|chief/i.test(paper.subject);
  table(
    sheet,
    72,
    466,
    [230, 120, SHEET_WIDTH - 494],
    ['Function', 'Level', 'Limitations'],
    [
      'Navigation',
      'Cargo handling and stowage',
      'Controlling the ship and care for persons',
      'Radio communications',
    ].map((name) => [name, isSenior && name !== 'Radio communications' ? 'Management' : 'Operational', 'None']),
    body.palette.dark,
  );
  seal(sheet, 140, 660, 52, body.place, body.palette);
  signatureLine(sheet, 300, 694, 210, body.signatory, body.office);
  footer(
    sheet,
    'The original must be kept available on board while the holder serves on a ship (Regulation I/2).',
    766,
  );
  specimen(sheet, body.palette.dark);

  sheet.addPage();
  background(sheet, body.palette.paper);
  classicFrame(sheet, body.palette);
  centred(sheet, `Certificate No. ${paper.number}`, 70, 'Courier-Bold', 11, '#222222');
  centred(sheet, 'Capacities in which the holder may serve', 92, 'Times-Bold', 18, body.palette.dark);
  table(
    sheet,
    72,
    132,
    [SHEET_WIDTH - 344, 200],
    ['Capacity', 'Limitations'],
    capacities(paper.subject),
    body.palette.dark,
  );
  sheet
    .font('Times-Bold')
    .fontSize(15)
    .fillColor(body.palette.dark)
    .text('Revalidation', 72, 330, { lineBreak: false });
  table(
    sheet,
    72,
    358,
    [150, 150, SHEET_WIDTH - 444],
    ['Date', 'Valid until', 'Official stamp'],
    [
      ['', '', ''],
      ['', '', ''],
    ],
    body.palette.dark,
    46,
  );
  paragraph(
    sheet,
    'Enquiries about the authenticity and validity of this certificate may be made at the registry of the issuing body, giving the number above.',
    72,
    520,
    SHEET_WIDTH - 144,
  );
  barcode(sheet, 72, 700, 170, 30, random);
  stamp(sheet, 460, 700, 42, body.place, 'Registry', paper.issueDate, random);
  specimen(sheet, body.palette.dark);
}

function drawRadioOperator(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, '#ffffff');
  sheet.rect(0, 0, 132, SHEET_HEIGHT).fill(body.palette.dark);
  sheet.rect(132, 0, 5, SHEET_HEIGHT).fill(body.palette.accent);
  for (let ring = 1; ring <= 7; ring++) {
    sheet
      .save()
      .rect(0, 0, 132, 300)
      .clip()
      .opacity(0.5)
      .lineWidth(1.1)
      .strokeColor('#ffffff')
      .circle(66, 128, ring * 17)
      .stroke()
      .restore();
  }
  sheet.polygon([66, 128], [54, 196], [78, 196]).fill('#ffffff');
  sheet.circle(66, 128, 6).fill(body.palette.accent);
  sheet.save().rotate(-90, { origin: [66, 720] });
  fitted(sheet, 'GMDSS', 66, 682, 'Helvetica-Bold', 74, '#ffffff', 400);
  sheet.restore();
  const left = 170;
  const width = SHEET_WIDTH - left - 48;
  rosette(sheet, left + width / 2, 470, 150, 17, body.palette.accent, 0.5, 0.18);
  fitted(sheet, body.over.toUpperCase(), left, 64, 'Helvetica', 9, '#666666', width);
  fitted(sheet, body.name, left, 80, 'Helvetica-Bold', 19, body.palette.dark, width);
  rule(sheet, left, 110, width, body.palette.accent);
  fitted(sheet, 'General Operator’s Certificate', left, 132, 'Times-Bold', 26, '#111111', width);
  fitted(
    sheet,
    'Endorsement attesting the recognition under Regulation IV/2 of the STCW Convention',
    left,
    166,
    'Times-Italic',
    12,
    '#444444',
    width,
  );
  portrait(sheet, SHEET_WIDTH - 48 - 88, 208, 88, 112, random);
  labelled(sheet, 'Endorsement number', paper.number, left, 210, 230, 'Courier-Bold');
  labelled(sheet, 'Name', paper.holder, left, 252, 230);
  labelled(sheet, 'Date of birth', inWords(paper.birthDate), left, 294, 120);
  labelled(sheet, 'Nationality', paper.nationality, left + 125, 294, 130);
  paragraph(
    sheet,
    'The holder has passed the examination in operating the equipment of the Global Maritime Distress and Safety System and ' +
      'in the Radio Regulations, and may take charge of the radio communications of a ship in all sea areas.',
    left,
    350,
    width,
  );
  table(
    sheet,
    left,
    424,
    [150, width - 150],
    ['Subject', 'Result'],
    [
      ['Sea areas A1, A2, A3, A4', 'Passed'],
      ['Distress and safety procedures', 'Passed'],
      ['Satellite and DSC equipment', 'Passed'],
      ['EPIRB and SART', 'Passed'],
    ],
    body.palette.dark,
  );
  labelled(sheet, 'Date of issue', inWords(paper.issueDate), left, 572, 150);
  labelled(sheet, 'Date of expiry', paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED, left + 180, 572, 150);
  stamp(sheet, left + 62, 690, 50, body.place, 'Radio service', paper.issueDate, random);
  signatureLine(sheet, left + 150, 706, 190, body.signatory, body.office);
  sheet.font('Helvetica').fontSize(7.5).fillColor('#777777');
  sheet.text('Valid only together with the certificate of competency it belongs to.', left, 782, { lineBreak: false });
  specimen(sheet, body.palette.dark);
}

function drawTanker(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, '#fbfaf5');
  for (let line = 0; line < 60; line++) {
    sheet.moveTo(0, line * 15).bezierCurveTo(200, line * 15 - 24, 400, line * 15 + 24, SHEET_WIDTH, line * 15);
  }
  sheet.save().opacity(0.22).lineWidth(0.5).strokeColor(body.palette.accent).stroke().restore();
  sheet.rect(0, 0, SHEET_WIDTH, 14).fill(body.palette.dark);
  sheet.rect(0, 14, SHEET_WIDTH, 5).fill(body.palette.accent);
  sheet.rect(0, SHEET_HEIGHT - 14, SHEET_WIDTH, 14).fill(body.palette.dark);
  sheet.rect(0, SHEET_HEIGHT - 19, SHEET_WIDTH, 5).fill(body.palette.accent);
  sheet
    .lineWidth(1)
    .strokeColor(body.palette.dark)
    .rect(44, 44, SHEET_WIDTH - 88, SHEET_HEIGHT - 88)
    .stroke();
  anchor(sheet, 84, 92, 48, body.palette.dark);
  fitted(sheet, body.over, 122, 68, 'Helvetica', 10, '#666666', 250);
  fitted(sheet, body.name, 122, 82, 'Helvetica-Bold', 17, body.palette.dark, 250);
  fitted(sheet, body.place, 122, 106, 'Helvetica', 9.5, '#666666', 250);
  sheet.roundedRect(SHEET_WIDTH - 206, 66, 142, 46, 4).fillAndStroke('#ffffff', body.palette.accent);
  labelled(sheet, 'Document No.', paper.number, SHEET_WIDTH - 196, 74, 126, 'Courier-Bold');
  rule(sheet, 64, 134, SHEET_WIDTH - 128, body.palette.accent);
  centred(sheet, 'CERTIFICATE OF PROFICIENCY', 166, 'Helvetica-Bold', 23, body.palette.dark);
  centred(sheet, paper.subject, 198, 'Helvetica', 15, '#222222');
  centred(sheet, 'Regulation V/1-1, Section A-V/1-1 of the STCW Code', 222, 'Helvetica-Oblique', 10.5, '#555555');
  sheet.rect(64, 258, SHEET_WIDTH - 128, 118).fillAndStroke('#ffffff', '#c9c6ba');
  labelled(sheet, 'Surname and given names', paper.holder, 80, 272, 250);
  labelled(sheet, 'Nationality', paper.nationality, 350, 272, 160);
  labelled(sheet, 'Date of birth', inWords(paper.birthDate), 80, 322, 250);
  labelled(sheet, 'Place of issue', body.place, 350, 322, 160);
  paragraph(
    sheet,
    'The holder has completed an approved training programme for oil tanker cargo operations, including fire safety, ' +
      'prevention of pollution, inert gas systems, crude oil washing and emergency procedures, and has shown the required ' +
      'standard of competence in a practical assessment.',
    64,
    398,
    SHEET_WIDTH - 128,
  );
  table(
    sheet,
    64,
    470,
    [(SHEET_WIDTH - 128) / 2, (SHEET_WIDTH - 128) / 2],
    ['Date of issue', 'Date of expiry'],
    [[inWords(paper.issueDate), paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED]],
    body.palette.dark,
    30,
  );
  stamp(sheet, 160, 640, 56, body.place, 'Examination board', paper.issueDate, random);
  signatureLine(sheet, 310, 662, 200, body.signatory, body.office);
  barcode(sheet, 64, 746, 190, 26, random);
  sheet.font('Courier').fontSize(8).fillColor('#333333').text(paper.number, 64, 775, { lineBreak: false });
  specimen(sheet, body.palette.dark);
}

function drawMedical(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, '#ffffff');
  sheet
    .rect(40, 40, SHEET_WIDTH - 80, SHEET_HEIGHT - 80)
    .lineWidth(1.2)
    .strokeColor('#333333')
    .stroke();
  sheet.rect(40, 40, SHEET_WIDTH - 80, 74).fillAndStroke(body.palette.paper, '#333333');
  sheet.rect(62, 68, 22, 8).rect(69, 61, 8, 22).fill('#b3242c');
  fitted(sheet, 'MEDICAL CERTIFICATE FOR SERVICE AT SEA', 100, 56, 'Helvetica-Bold', 16.5, '#111111', 300);
  fitted(
    sheet,
    'STCW Regulation I/9 · Maritime Labour Convention 2006, Standard A1.2',
    100,
    80,
    'Helvetica',
    8.5,
    '#444444',
    300,
  );
  fitted(sheet, body.name, 100, 94, 'Helvetica-Oblique', 9, '#444444', 300);
  labelled(sheet, 'Certificate No.', paper.number, 424, 58, 125, 'Courier-Bold');
  portrait(sheet, SHEET_WIDTH - 40 - 92, 128, 76, 98, random);
  boxed(sheet, '1  Surname and forenames', paper.holder, 52, 126, 250);
  boxed(sheet, '2  Date of birth', inWords(paper.birthDate), 310, 126, 142);
  boxed(sheet, '3  Nationality', paper.nationality, 52, 164, 250);
  boxed(sheet, '4  Identity checked', 'Passport', 310, 164, 142);
  boxed(sheet, '5  Service', random.pick(['Deck', 'Deck', 'Engine', 'Catering']), 52, 202, 250);
  boxed(sheet, '6  Trading area', 'Worldwide', 310, 202, 142);
  sheet.font('Helvetica-Bold').fontSize(10).fillColor('#111111');
  sheet.text('DECLARATION OF THE APPROVED MEDICAL PRACTITIONER', 52, 262, { lineBreak: false });
  const questions = [
    'Hearing meets the standards in section A-I/9',
    'Unaided hearing satisfactory',
    'Visual acuity meets the standards in section A-I/9',
    'Colour vision meets the standards in section A-I/9 (tested within six years)',
    'Fit for look-out duties',
    'No limitations or restrictions on fitness',
    'Free from any condition likely to be aggravated by service at sea',
  ];
  questions.forEach((question, index) => {
    const y = 286 + index * 27;
    sheet
      .lineWidth(0.5)
      .strokeColor('#aaaaaa')
      .moveTo(52, y + 19)
      .lineTo(SHEET_WIDTH - 52, y + 19)
      .stroke();
    sheet.font('Helvetica').fontSize(10).fillColor('#222222').text(question, 56, y, { lineBreak: false });
    for (const [offset, answer] of [
      [0, 'YES'],
      [46, 'NO'],
    ] as const) {
      sheet
        .lineWidth(0.7)
        .strokeColor('#333333')
        .rect(448 + offset, y - 1, 11, 11)
        .stroke();
      sheet
        .font('Helvetica')
        .fontSize(7.5)
        .fillColor('#444444')
        .text(answer, 462 + offset, y + 1, { lineBreak: false });
    }
    const [x, wobble] = [448, random.between(-1.5, 1.5)];
    sheet
      .lineWidth(1.3)
      .strokeColor('#1c2a56')
      .moveTo(x + 1, y + 3 + wobble)
      .lineTo(x + 5, y + 8)
      .lineTo(x + 13, y - 5 + wobble)
      .stroke();
  });
  boxed(sheet, '7  Date of examination and issue', inWords(paper.issueDate), 52, 492, 238);
  boxed(
    sheet,
    '8  Expiry of this certificate',
    paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED,
    304,
    492,
    239,
  );
  paragraph(
    sheet,
    'I have examined the person named above in accordance with the guidelines on the medical examination of seafarers and ' +
      'find them fit for service at sea without restrictions. A person aged under 18 is certified for one year at most.',
    52,
    544,
    SHEET_WIDTH - 104,
  );
  stamp(sheet, 146, 668, 56, body.place, 'Approved doctor', paper.issueDate, random);
  signatureLine(sheet, 310, 676, 210, body.signatory, body.office);
  barcode(sheet, 52, 754, 150, 24, random);
  sheet.font('Helvetica').fontSize(7.5).fillColor('#666666');
  sheet.text('The seafarer may apply for a review within 28 days of a refusal or a restriction.', 222, 768, {
    lineBreak: false,
  });
  specimen(sheet, '#333333');
}

function drawFlagEndorsement(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, body.palette.paper);
  guillocheFrame(sheet, body.palette, 22, 26);
  rosette(sheet, MIDDLE, 420, 230, 41, body.palette.accent, 0.4, 0.14);
  flag(sheet, MIDDLE - 45, 68, 90, 54, body.palette.dark, body.palette.accent);
  centred(sheet, body.over.toUpperCase(), 136, 'Times-Bold', 20, body.palette.dark);
  centred(sheet, body.name, 162, 'Times-Roman', 14, '#333333');
  centred(
    sheet,
    'ENDORSEMENT ATTESTING THE RECOGNITION OF A CERTIFICATE',
    200,
    'Helvetica-Bold',
    13.5,
    body.palette.dark,
  );
  centred(
    sheet,
    'under the provisions of Regulation I/10 of the STCW Convention, 1978, as amended',
    219,
    'Times-Italic',
    11,
    '#444444',
  );
  portrait(sheet, 84, 256, 100, 128, random);
  labelled(sheet, 'Endorsement No.', paper.number, 206, 258, 160, 'Courier-Bold');
  labelled(sheet, 'Recognised capacity', paper.subject, 370, 258, 150);
  labelled(sheet, 'Name of the lawful holder', paper.holder, 206, 304, 300);
  labelled(sheet, 'Date of birth', inWords(paper.birthDate), 206, 350, 160);
  labelled(sheet, 'Nationality', paper.nationality, 370, 350, 150);
  paragraph(
    sheet,
    `The Government of ${body.over.replace(/^(Republic|Kingdom|Commonwealth) /, 'the $1 ')} certifies that the certificate held by the person ` +
      'named above is duly recognised in accordance with the provisions of the above Convention, and that the lawful holder is ' +
      'authorised to serve on ships flying its flag in the capacity stated, at the management or operational level stated in the ' +
      'certificate recognised, subject to no limitations other than those stated in it.',
    84,
    412,
    SHEET_WIDTH - 168,
  );
  table(
    sheet,
    84,
    504,
    [(SHEET_WIDTH - 168) / 2, (SHEET_WIDTH - 168) / 2],
    ['Issued on', 'Valid until'],
    [[inWords(paper.issueDate), paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED]],
    body.palette.dark,
    30,
  );
  seal(sheet, 150, 652, 52, body.place, body.palette);
  signatureLine(sheet, 310, 672, 190, body.signatory, body.office);
  barcode(sheet, 310, 728, 190, 22, random);
  footer(
    sheet,
    'The original of this endorsement must be kept on board together with the certificate it recognises.',
    766,
  );
  specimen(sheet, body.palette.dark);
}

function drawCourse(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, '#ffffff');
  sheet
    .moveTo(0, 0)
    .lineTo(SHEET_WIDTH, 0)
    .lineTo(SHEET_WIDTH, 120)
    .bezierCurveTo(400, 190, 220, 90, 0, 168)
    .fill(body.palette.dark);
  sheet.save().opacity(0.85);
  sheet
    .moveTo(0, 168)
    .bezierCurveTo(220, 90, 400, 190, SHEET_WIDTH, 120)
    .lineTo(SHEET_WIDTH, 132)
    .bezierCurveTo(400, 204, 220, 104, 0, 182)
    .fill(body.palette.accent);
  sheet.restore();
  anchor(sheet, 84, 76, 52, '#ffffff');
  fitted(sheet, body.name, 126, 56, 'Helvetica-Bold', 22, '#ffffff', 400);
  fitted(sheet, `${body.over} · ${body.place}`, 126, 84, 'Helvetica', 10.5, '#ffffff', 400);
  fitted(sheet, 'Course certificate', 64, 222, 'Times-Roman', 38, body.palette.dark, 460);
  fitted(sheet, paper.subject, 64, 272, 'Helvetica-Bold', 15, body.palette.accent, 460);
  sheet.font('Times-Italic').fontSize(13).fillColor('#444444').text('awarded to', 64, 318, { lineBreak: false });
  fitted(sheet, paper.holder, 64, 338, 'Times-Bold', 29, '#111111', 460);
  rule(sheet, 64, 378, SHEET_WIDTH - 128, body.palette.accent);
  paragraph(
    sheet,
    'for attending the whole course and passing its final assessment. The course follows the applicable model course of the ' +
      'International Maritime Organization and was held by approved instructors.',
    64,
    396,
    SHEET_WIDTH - 128,
  );
  labelled(sheet, 'Certificate No.', paper.number, 64, 470, 150, 'Courier-Bold');
  labelled(sheet, 'Date of birth', inWords(paper.birthDate), 230, 470, 140);
  labelled(sheet, 'Nationality', paper.nationality, 390, 470, 140);
  labelled(sheet, 'Issued', inWords(paper.issueDate), 64, 518, 150);
  labelled(sheet, 'Valid until', paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED, 230, 518, 150);
  labelled(sheet, 'Duration', `${random.int(1, 5)} days`, 390, 518, 140);
  seal(sheet, 452, 660, 48, body.place, body.palette);
  signatureLine(sheet, 64, 690, 200, body.signatory, body.office);
  sheet.rect(0, SHEET_HEIGHT - 34, SHEET_WIDTH, 34).fill(body.palette.dark);
  sheet.font('Helvetica').fontSize(8).fillColor('#ffffff');
  sheet.text(
    'Approved training centre. Check this certificate at the registry of the centre with the number above.',
    64,
    SHEET_HEIGHT - 21,
    { lineBreak: false },
  );
  specimen(sheet, body.palette.dark);
}

function drawDiploma(sheet: Sheet, paper: Paper, random: Random): void {
  const { body } = paper;
  background(sheet, '#fdf9ee');
  classicFrame(sheet, body.palette);
  sheet
    .lineWidth(0.5)
    .strokeColor(body.palette.accent)
    .rect(52, 52, SHEET_WIDTH - 104, SHEET_HEIGHT - 104)
    .stroke();
  for (const x of [66, SHEET_WIDTH - 66]) {
    for (const y of [66, SHEET_HEIGHT - 66]) rosette(sheet, x, y, 20, 9, body.palette.accent, 0.5, 0.8);
  }
  rosette(sheet, MIDDLE, 440, 170, 13, body.palette.accent, 0.6, 0.14);
  crest(sheet, MIDDLE, 118, body.palette.dark, body.palette.accent);
  centred(sheet, body.name, 178, 'Times-Bold', 31, body.palette.dark, 430);
  centred(sheet, body.over, 216, 'Times-Italic', 13, '#555555');
  centred(
    sheet,
    'upon the recommendation of the Academic Council has conferred upon',
    272,
    'Times-Italic',
    13.5,
    '#444444',
  );
  centred(sheet, paper.holder, 300, 'Times-BoldItalic', 36, '#141414', 420);
  centred(sheet, `born ${inWords(paper.birthDate)}`, 346, 'Times-Roman', 11.5, '#555555');
  centred(sheet, 'who has fulfilled all the requirements, the degree of', 386, 'Times-Italic', 13.5, '#444444');
  centred(sheet, paper.subject, 416, 'Times-Bold', 26, body.palette.dark, 420);
  centred(sheet, 'with all the rights, honours and duties that belong to it.', 460, 'Times-Italic', 13.5, '#444444');
  centred(sheet, `Given at ${body.place} on ${inWords(paper.issueDate)}`, 500, 'Times-Roman', 13.5, '#222222');
  signatureLine(sheet, 82, 620, 170, body.signatory, body.office);
  signatureLine(
    sheet,
    SHEET_WIDTH - 252,
    620,
    170,
    random.pick(['Dr. H. Vestergren', 'Prof. L. Amadori', 'Dr. S. Quist']),
    'Registrar',
  );
  seal(sheet, MIDDLE, 668, 54, body.place, body.palette);
  centred(sheet, `Diploma No. ${paper.number}`, 771, 'Courier', 9, '#444444');
  specimen(sheet, body.palette.dark);
}

function rule(sheet: Sheet, x: number, y: number, width: number, color: string): void {
  sheet
    .lineWidth(1)
    .strokeColor(color)
    .moveTo(x, y)
    .lineTo(x + width, y)
    .stroke();
}

function paragraph(sheet: Sheet, words: string, x: number, y: number, width: number): void {
  sheet
    .font('Times-Roman')
    .fontSize(11.5)
    .fillColor('#333333')
    .text(words, x, y, { width, align: 'justify', lineGap: 2.5 });
}

function footer(sheet: Sheet, words: string, y: number): void {
  centred(sheet, words, y, 'Helvetica-Oblique', 8, '#666666');
}

function validity(sheet: Sheet, paper: Paper, x: number, y: number): void {
  labelled(sheet, 'Date of issue', inWords(paper.issueDate), x, y, 130);
  labelled(sheet, 'Date of expiry', paper.expiryDate ? inWords(paper.expiryDate) : UNLIMITED, x + 140, y, 130);
  labelled(sheet, 'Place of issue', paper.body.place, x + 280, y, 110);
}

function boxed(sheet: Sheet, label: string, value: string, x: number, y: number, width: number): void {
  sheet.lineWidth(0.6).strokeColor('#888888').rect(x, y, width, 33).stroke();
  sheet
    .font('Helvetica')
    .fontSize(6.8)
    .fillColor('#666666')
    .text(label, x + 5, y + 4, { lineBreak: false });
  fitted(sheet, value, x + 5, y + 15, 'Courier-Bold', 11.5, '#1b2450', width - 10);
}

function table(
  sheet: Sheet,
  x: number,
  y: number,
  widths: number[],
  head: string[],
  rows: string[][],
  color: string,
  rowHeight = 22,
): void {
  const total = widths.reduce((sum, width) => sum + width, 0);
  sheet.rect(x, y, total, 20).fill(color);
  [head, ...rows].forEach((cells, row) => {
    const top = row === 0 ? y : y + 20 + (row - 1) * rowHeight;
    let left = x;
    cells.forEach((cell, column) => {
      const width = widths[column] ?? 0;
      const height = row === 0 ? 20 : rowHeight;
      sheet.lineWidth(0.5).strokeColor(color).rect(left, top, width, height).stroke();
      const [font, ink] = row === 0 ? ['Helvetica-Bold', '#ffffff'] : ['Helvetica', '#222222'];
      fitted(sheet, cell, left + 7, top + height / 2 - 4.5, font ?? 'Helvetica', 9.5, ink ?? '#222222', width - 14);
      left += width;
    });
  });
}

function capacities(subject: string): string[][] {
  const ladder = ['Master', 'Chief Mate', 'Officer in charge of a navigational watch'];
  const from = Math.max(
    0,
    ladder.findIndex((rung) => subject.toLowerCase().startsWith(rung.toLowerCase().slice(0, 6))),
  );
  return ladder.slice(from).map((rung) => [rung, 'Ships of any tonnage, all waters']);
}

function flag(sheet: Sheet, x: number, y: number, width: number, height: number, dark: string, accent: string): void {
  sheet.save().rect(x, y, width, height).clip();
  sheet.rect(x, y, width, height).fill(dark);
  sheet.rect(x, y + height * 0.36, width, height * 0.28).fill('#ffffff');
  sheet.circle(x + width * 0.36, y + height / 2, height * 0.3).fill(accent);
  sheet.restore();
  sheet.lineWidth(0.6).strokeColor('#555555').rect(x, y, width, height).stroke();
}

function crest(sheet: Sheet, x: number, y: number, dark: string, accent: string): void {
  sheet
    .moveTo(x - 34, y - 42)
    .lineTo(x + 34, y - 42)
    .lineTo(x + 34, y + 4)
    .bezierCurveTo(x + 34, y + 28, x + 12, y + 40, x, y + 46)
    .bezierCurveTo(x - 12, y + 40, x - 34, y + 28, x - 34, y + 4)
    .closePath()
    .lineWidth(2)
    .fillAndStroke(dark, accent);
  anchor(sheet, x, y - 2, 56, '#ffffff');
}
