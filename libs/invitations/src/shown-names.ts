/** Somebody else wrote what stands in the mail: it is to be a name, and nothing that a reader could follow, call or mistake for the product's words. */
const PERSON_LENGTH = 40;
const ORGANIZATION_LENGTH = 60;
const OF_PERSON = /^[\p{L}\p{M}' ’.-]+$/u;
const OF_ORGANIZATION = /^[\p{L}\p{M}\p{N}' ’.,&+()-]+$/u;
/** A dot with something right behind it begins a domain; so many digits are a telephone number. */
const LINK_LIKE = /\.[^\s.]|\d{5}|\d( ?\d){5}|\bwww\b/iu;

/** A first name as a mail may show it; null: leave it out. */
export function shownPerson(name: string): string | null {
  return isPlain(name, PERSON_LENGTH, OF_PERSON) ? name : null;
}

/** The name of an organisation as a mail may show it; null: leave it out. */
export function shownOrganization(name: string): string | null {
  return isPlain(name, ORGANIZATION_LENGTH, OF_ORGANIZATION) ? name : null;
}

function isPlain(name: string, longest: number, letters: RegExp): boolean {
  return name.length <= longest && letters.test(name) && !LINK_LIKE.test(name);
}
