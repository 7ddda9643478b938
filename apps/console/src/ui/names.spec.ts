import { isSameName } from './names';

describe('a name', () => {
  it.each(['kari NORDMANN', ' Kari  Nordmann', 'Ｋari Nordmann'])('written as %s is the same', (name) => {
    expect(isSameName('Kari Nordmann', name)).toBe(true);
  });

  it.each(['Kari Nordman', 'Nordmann Kari', 'Kári Nordmann', ''])('written as %s is another one', (name) => {
    expect(isSameName('Kari Nordmann', name)).toBe(false);
  });
});
