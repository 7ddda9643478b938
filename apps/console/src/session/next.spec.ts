import { nextOf } from './next';

const after = (next: string) => nextOf(new URLSearchParams({ next }));

it.each(['/', '/queue?type=medical#a', '/people/1/papers', '/%5Chost', '/a//b'])('%j is a page of ours', (next) => {
  expect(after(next)).toBe(next);
});

it.each([
  '/\\host',
  '\\\\host',
  '//host',
  '/\t/host',
  '/\n\\host',
  '/..//host',
  '/./\\host',
  'https://host',
  'javascript:alert(1)',
  'queue',
  '/sign-in',
  '/x/../sign-in?next=/sign-in',
  '',
])('%j leads to the start', (next) => {
  expect(after(next)).toBe('/');
});

it('is the start where nothing is said', () => expect(nextOf(new URLSearchParams())).toBe('/'));
