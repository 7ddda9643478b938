import type { KindDefinition } from '../kind-definition';
import { CATALOGUE, CATALOGUE_KINDS } from './catalogue';
import { catalogueId, nameBasedUuid } from './ids';

const codes = CATALOGUE.map(({ code }) => code);
const others = ({ parents = [], lines = [], provisionalFor = [] }: KindDefinition) => [
  ...parents,
  ...lines,
  ...provisionalFor,
];

describe('the catalogue of kinds', () => {
  it('has each code once, and each id', () => {
    expect(new Set(codes).size).toBe(codes.length);
    expect(CATALOGUE_KINDS.size).toBe(codes.length);
  });

  it.each(CATALOGUE.map((kind) => [kind.code, kind] as const))('%s can be relied upon', (code, kind) => {
    expect(code).toMatch(/^[A-Z0-9-]{2,20}$/);
    expect(kind.name.en.trim()).toBe(kind.name.en);
    expect(kind.name.fr).toBeTruthy();
    // What is said to be sourced has its source; what is knowledge or an estimate does not pretend to have one.
    expect(kind.sources.length > 0).toBe(kind.basis === 'sourced');
    for (const source of kind.sources) expect(new URL(source).protocol).toBe('https:');
    for (const other of others(kind)) {
      expect(codes).toContain(other);
      expect(other).not.toBe(code);
    }
    const computes = kind.validity.rule === 'issue_plus' || kind.validity.rule === 'revalidation';
    expect(kind.validity.months !== undefined).toBe(computes);
  });

  it('says of each end that is reckoned which date it takes, so that no paper is without', () => {
    const undated = CATALOGUE.filter(({ validity, required }) => validity.months && !required.issueDate);
    expect(undated.map(({ code }) => code)).toEqual([]);
  });

  it('gives the same ids for ever', () => {
    expect(catalogueId('COC-MAS')).toBe('0b8a7e2a-e28d-5425-a2dd-a69feddab002');
    // The example of RFC 9562, appendix A.4.
    expect(nameBasedUuid('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
    );
  });
});
