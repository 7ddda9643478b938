import { isCorrectionOf } from './spelling';

describe('a name of a title', () => {
  it.each([
    ['bachelor of  nautical science', 'Bachelor of Nautical Science'],
    ['Bachelor of Nautcal Science', 'Bachelor of Nautical Science'],
    ['Bachelor of Nauttical Science', 'Bachelor of Nautical Science'],
    ['Bachelor of Nautikal Science', 'Bachelor of Nautical Science'],
    ['Bachelor of Nauitcal Science', 'Bachelor of Nautical Science'],
    ['Bachelr of Nautcal Sciense', 'Bachelor of Nautical Science'],
    ['Master mariner (unlimted)', 'Master Mariner (Unlimited)'],
    ['Ingenieur', 'Ingénieur'],
    ['Harbour Pilut', 'Harbour Pilot'],
  ])('%s is corrected to %s, and the other way round', (name, corrected) => {
    expect([isCorrectionOf(name, corrected), isCorrectionOf(corrected, name)]).toEqual([true, true]);
  });

  it.each([
    ['another degree in a short word', 'BSc Nautical Science', 'MSc Nautical Science'],
    ['another degree in a long one', 'BScHons Navigation', 'MScHons Navigation'],
    ['another class', 'Engineer Class 1', 'Engineer Class 2'],
    ['a number within a word', 'Officer STCW-II/1', 'Officer STCW-II/2'],
    ['a Roman numeral', 'Engineer I', 'Engineer II'],
    ['a sign', 'Deckhand', 'Deckhand+'],
    ['two slips in one word', 'Bachelor of Navtikal Science', 'Bachelor of Nautical Science'],
    ['two letters too much', 'Able Seaaaman', 'Able Seaman'],
    ['two neighbours changed and a slip behind them', 'Nauitkal Science', 'Nautical Science'],
    ['one of two neighbours changed and another letter', 'Nauixcal Science', 'Nautical Science'],
    ['a slip in a word of four letters', 'Deck Officer', 'Dock Officer'],
    ['the opposite', 'Limited Master', 'Unlimited Master'],
    ['a word more', 'Master Mariner', 'Master Mariner Unlimited'],
    ['words in another order', 'Mariner Master', 'Master Mariner'],
    ['another name', 'Able Seaman', 'Master Mariner'],
  ])('with %s is another one', (_, name, other) => {
    expect([isCorrectionOf(name, other), isCorrectionOf(other, name)]).toEqual([false, false]);
  });
});
