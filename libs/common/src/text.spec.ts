import { foldName, hasUnseen, toForm, wrongInText } from './text';

describe('text', () => {
  it('that names something is in one normal form and has no blanks around it', () => {
    expect(toForm('\u00a0 Ame\u0301lie\ufeff\n', 'line')).toBe('Amélie');
  });

  it('that is written or looked for keeps its blanks and lines', () => {
    for (const form of ['prose', 'search'] as const) expect(toForm(' Ame\u0301lie\n', form)).toBe(' Amélie\n');
  });

  it('that must stay as it is does', () => expect(toForm(' Ame\u0301lie\n', 'exact')).toBe(' Ame\u0301lie\n'));

  it.each([
    'Ólafur Þór',
    "O'Brien-Smith",
    '王小明',
    'محمد',
    'नेहा',
    '\u0646\u06cc\u0645\u200c\u0627',
    '👩‍✈️',
    '3',
    '§',
    '',
  ])('%p names somebody', (text) => expect(wrongInText(text, 'line')).toBeNull());

  it.each([
    'a\u0000b',
    'a\nb',
    'a\tb',
    'a\u0085b',
    'a\u2028b',
    'a\u001bb',
    'a\u202eb',
    'a\u2066b',
    '\u200fa',
    '\u200b',
    '\u2060\u00ad',
    '\u3164',
    '\u2800',
    '\ufe0f',
    '\u0301',
    '\u{e0041}',
  ])('%p names nobody', (text) => expect(wrongInText(text, 'line')).not.toBeNull());

  it('that is written for people has lines, and nothing else that cannot be seen', () => {
    expect(wrongInText('one\r\n\ttwo\u2028three', 'prose')).toBeNull();
    for (const text of ['a\u0000', 'a\u0007', 'a\u202eb', '\u200b\n', '   '])
      expect(wrongInText(text, 'prose')).not.toBeNull();
  });

  it('of a fixed form, or that is looked for, only has no NUL', () => {
    for (const form of ['exact', 'search'] as const) {
      expect(wrongInText('\u202e\u200b\n', form)).toBeNull();
      expect(wrongInText('\u0000', form)).not.toBeNull();
    }
  });

  it('of an address can be seen, each character', () => {
    expect(hasUnseen('kari@example.org')).toBe(false);
    for (const part of ['\u200b', '\u202e', '\u00ad', '\u0007', '\u2800'])
      expect(hasUnseen(`kari${part}@example.org`)).toBe(true);
  });
});

it.each([
  ['Master Mariner', 'MASTER  mariner'],
  ['Master Mariner', 'Master\u00a0Mariner '],
  ['Master Mariner', 'Ma\u200bster Mariner'],
  ['Master Mariner', 'Ｍaster Mariner'],
  ['Officer', 'Oﬃcer'],
  ['Amélie', 'AME\u0301LIE'],
  ['Straße', 'STRASSE'],
  ['Σίσυφος', 'ΣΊΣΥΦΟΣ'],
])('%s and %s are one name', (one, other) => expect(foldName(other)).toBe(foldName(one)));

it('names that look different are different', () => {
  expect(new Set(['Master', 'Mästare', 'Mastеr 2', 'Mate', 'Master 1'].map(foldName)).size).toBe(5);
});
