import { ifMatchAllows } from './if-match';

describe('If-Match', () => {
  it.each([
    ['absent', undefined, true],
    ['any', '*', true],
    ['any, with white space around it', ' * ', true],
    ['the current tag', '"a.2"', true],
    ['a list with the current tag', '"a.1", "a.2"', true],
    ['an older tag', '"a.1"', false],
    ['a weak tag, which never matches strongly', 'W/"a.2"', false],
    ['the tag without quotes', 'a.2', false],
    ['an empty header', '', false],
  ])('%s', (_name, header, allowed) => {
    expect(ifMatchAllows(header, 'a.2')).toBe(allowed);
  });
});
