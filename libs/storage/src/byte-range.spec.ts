import { isKnown, selectBytes } from './byte-range';

const FILE = { size: 1000, etag: '"a"' };

describe('the bytes that a GET asks for', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-499', { start: 0, end: 499 }],
    ['Bytes= 500-', { start: 500, end: 999 }],
    ['bytes=999-5000', { start: 999, end: 999 }],
    ['bytes=-200', { start: 800, end: 999 }],
    ['bytes=-5000', { start: 0, end: 999 }],
    ['bytes=0-99999999999999999999999', { start: 0, end: 999 }],
    ['bytes=1000-', 'nothing'],
    ['bytes=1000-1200', 'nothing'],
    ['bytes=-0', 'nothing'],
    // Malformed, several, of another unit: as if the header were not there.
    ['bytes=500-499', 'all'],
    ['bytes=0-1,5-6', 'all'],
    ['bytes=', 'all'],
    ['bytes=-', 'all'],
    ['bytes=a-b', 'all'],
    ['bytes=-1-2', 'all'],
    ['items=0-1', 'all'],
    ['', 'all'],
    [undefined, 'all'],
  ])('of %j are %j', (range, selection) => {
    expect(selectBytes({ range }, FILE)).toEqual(selection);
  });

  it.each([
    ['"a"', { start: 1, end: 2 }],
    ['"b"', 'all'],
    ['W/"a"', 'all'],
    ['Sat, 21 Nov 2026 00:00:00 GMT', 'all'],
  ])('with If-Range %j are %j', (ifRange, selection) => {
    expect(selectBytes({ range: 'bytes=1-2', 'if-range': ifRange }, FILE)).toEqual(selection);
  });

  it('do not exist in an empty file', () => {
    const empty = { size: 0, etag: '"a"' };
    expect(['bytes=0-0', 'bytes=-1', 'bytes=0-'].map((range) => selectBytes({ range }, empty))).toEqual(
      Array(3).fill('nothing'),
    );
  });
});

describe('a client that has the file already', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b" , "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    [undefined, false],
  ])('says so with If-None-Match %j: %j', (header, known) => {
    expect(isKnown(header, '"a"')).toBe(known);
  });
});
