import { decodeCursor, isUuid, type Page, toPage } from '#libs/common';
import type { Kind } from './kind-definition';
import type { KindLanguage, KindsQuery } from './kind.dto';

/** A name in a language; in English where there is none. */
export function nameIn({ definition: { name } }: Kind, language: KindLanguage): string {
  return name[language] ?? name.en;
}

/** Those that the query asks for, by name. There are some hundred at most, all at hand. */
export function pageOf(kinds: ReadonlyMap<string, Kind>, query: KindsQuery): Page<Kind> {
  const { language, limit, cursor } = query;
  const collator = new Intl.Collator(language);
  const compare = (a: [string, string], b: [string, string]) =>
    collator.compare(a[0], b[0]) || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
  const keyOf = (kind: Kind): [string, string] => [nameIn(kind, language), kind.id];
  const wanted = [...kinds.values()]
    .filter((kind) => isWanted(kind, query))
    .sort((a, b) => compare(keyOf(a), keyOf(b)));
  const after = cursor ? (decodeCursor(cursor, [() => true, isUuid]) as [string, string]) : null;
  const rest = after ? wanted.filter((kind) => compare(keyOf(kind), after) > 0) : wanted;
  return toPage(rest, limit, keyOf, query.include_count ? wanted.length : null);
}

function isWanted({ definition, isActive }: Kind, query: KindsQuery): boolean {
  const { holder, code, name, regulation = '' } = definition;
  if (!isActive && !query.include_inactive) return false;
  if (query.credential && holder.credential !== query.credential) return false;
  if (query.certificate_type) {
    if (holder.credential !== 'certificate' || holder.certificateType !== query.certificate_type) return false;
  }
  const words = folded(query.search ?? '').split(/\s+/);
  const text = folded([code, name.en, name.fr ?? '', regulation].join(' '));
  return words.every((word) => text.includes(word));
}

/** However it is written: "medecin" finds "Médecin". */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
