import { CATALOGUE_KINDS, catalogueId } from '#libs/kinds';
import type { Fitness, FitnessItem, LineFacts, PaperFacts, PersonFacts, Question, VesselFacts } from '#libs/fitness';

let papers = 0;

/** A verified certificate with a file, of kinds of the catalogue; the first is what the paper itself is. */
export function paper(
  codes: string | string[],
  given: Partial<PaperFacts> & { line?: Partial<LineFacts> } = {},
): PaperFacts {
  const { line = {}, ...rest } = given;
  const kinds = [codes].flat();
  papers += 1;
  return {
    type: 'certificate',
    id: `paper-${String(papers).padStart(4, '0')}`,
    kindId: kinds[0] === undefined ? null : catalogueId(kinds[0]),
    word: 'other',
    lines: kinds.map((code) => ({ kindId: catalogueId(code), endsOn: null, issuedOn: null, limits: null, ...line })),
    number: 'NO-1',
    authority: 'Maritime Authority',
    issuingState: 'PHL',
    issueDate: '2025-01-10',
    expiryDate: null,
    courseDate: null,
    extendedUntil: null,
    hasFile: true,
    verification: 'verified',
    method: 'document_only',
    checkedOn: '2025-01-12',
    verifiedName: 'Ana Cruz',
    endorsesId: null,
    renewsId: null,
    suspension: null,
    ...rest,
  };
}

export function person(given: Partial<PersonFacts> = {}): PersonFacts {
  return {
    name: 'Ana Cruz',
    dateOfBirth: '1990-05-04',
    nationality: 'PHL',
    residenceState: 'PHL',
    rank: 'Master',
    department: 'deck',
    duties: [],
    ...given,
  };
}

export function vessel(given: Partial<VesselFacts> = {}): VesselFacts {
  return {
    id: 'vessel-1',
    imo: '9074729',
    flag: 'PHL',
    type: 'cargo',
    gt: 5000,
    kw: 4000,
    seaArea: 'A3',
    ecdis: false,
    igf: false,
    isps: false,
    polar: 'none',
    manning: 15,
    frb: false,
    ...given,
  };
}

export function question(on: string, given: Partial<Question> = {}): Question {
  return { on, until: on, as: { mode: 'joining' }, person: person(), vessel: vessel(), ...given };
}

export const KINDS = CATALOGUE_KINDS;

/** What the answer says of one requirement. @throws Error when it is not asked for */
export function itemOf(fitness: Fitness, code: string): FitnessItem {
  const item = fitness.items.find(({ requirement }) => requirement.code === code);
  if (!item)
    throw new Error(
      `${code} is not asked for; asked for are ${fitness.items.map((one) => one.requirement.code).join(', ')}`,
    );
  return item;
}
