import { shownOrganization, shownPerson } from './shown-names';

describe('a name in a mail', () => {
  it.each(['Kari', 'Zoé', "N'Diaye", 'Jean-Pierre', 'José María', 'J. R.', '李', 'Nguyễn'])(
    'of a person like %s is shown',
    (name) => expect(shownPerson(name)).toBe(name),
  );

  it.each([
    'evil.example',
    'https://evil.example',
    'you@evil.example',
    'Kari 0047',
    'Kari\nYour account is locked',
    'www evil',
    'a/b',
    'click here to win a prize, today only, for free',
    '<b>Kari</b>',
  ])('of a person like %j is left out', (name) => expect(shownPerson(name)).toBeNull());

  it.each([
    'Northern Crewing AS',
    'Équipages du Nord',
    '4Sea & Co. (Oslo)',
    'Havn 24',
    'Pier A 1 2 3 4 5',
    'St. Olav Shipping',
  ])('of an organisation like %s is shown', (name) => expect(shownOrganization(name)).toBe(name));

  it.each([
    'evil.example',
    'Call +47 555 01 234',
    'Call 12 34 56',
    'Call 1 2 3 4 5 6',
    'Win at evil . com/x',
    'pay@evil',
    'N'.repeat(61),
  ])('of an organisation like %j is left out', (name) => expect(shownOrganization(name)).toBeNull());
});
