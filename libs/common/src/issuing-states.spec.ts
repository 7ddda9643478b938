import { issuingStateOf } from './issuing-states';

describe('the state that issued a document', () => {
  it.each([
    ['NO', 'NOR', 'two letters of ISO 3166-1'],
    ['nor', 'NOR', 'in small letters'],
    ['PHL', 'PHL', 'three letters'],
    ['D', 'DEU', 'as it stands in German passports'],
    ['DE', 'DEU', 'and as ISO has it'],
    ['RKS', 'RKS', 'Kosovo as it stands in its passports'],
    ['XK', 'RKS', 'and as others write it'],
    ['XKX', 'RKS', 'and as the European Union does'],
    ['XKK', 'RKS', 'and as Unicode does'],
    ['UNO', 'UNO', 'the United Nations issue a laissez-passer'],
    ['XOM', 'XOM', 'the Order of Malta'],
    ['GBN', 'GBN', 'British National (Overseas)'],
    ['HK', 'HKG', 'a region with passports of its own'],
  ])('%s is %s: %s', (given, code) => {
    expect(issuingStateOf(given)).toBe(code);
  });

  it.each(['', 'X', 'XX', 'QQ', 'ZZZ', 'XXA', 'XXX', 'NORW', 'Norway', 'toString', '__proto__'])(
    '%s is nobody',
    (given) => {
      expect(issuingStateOf(given)).toBeNull();
    },
  );
});
