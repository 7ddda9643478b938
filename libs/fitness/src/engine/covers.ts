import type { CalendarDate } from '#libs/common';
import type { Cover, LayerDefinition } from '#libs/requirements';

/** By the kind that has to be covered, the kinds that do, each with the day from which its papers do; null: any. */
export type CoverIndex = ReadonlyMap<string, ReadonlyMap<string, CalendarDate | null>>;

/** Everything that the layers say of what covers what, less what one of them denies; covers of covers cover. */
export function coverIndex(layers: readonly Pick<LayerDefinition, 'covers' | 'coversNot'>[]): CoverIndex {
  const denied = new Set(layers.flatMap(({ coversNot = [] }) => coversNot.map(edge)));
  const covers = layers.flatMap(({ covers = [] }) => covers).filter((cover) => !denied.has(edge(cover)));
  return new Map([...new Set(covers.map(({ to }) => to))].map((to) => [to, coveringOf(to, covers)]));
}

/** Of two ways to a kind the one counts that asks for less. */
function coveringOf(kind: string, covers: readonly Cover[]): Map<string, CalendarDate | null> {
  const found = new Map<string, CalendarDate | null>();
  const visit = (to: string, since: CalendarDate | null) => {
    for (const cover of covers) {
      if (cover.to !== to || cover.from === kind) continue;
      const from = later(since, cover.issuedFrom ?? null);
      const before = found.get(cover.from);
      if (before === null || (before !== undefined && from !== null && before <= from)) continue;
      found.set(cover.from, from);
      visit(cover.from, from);
    }
  };
  visit(kind, null);
  return found;
}

function edge({ from, to }: Pick<Cover, 'from' | 'to'>): string {
  return `${from} ${to}`;
}

function later(a: CalendarDate | null, b: CalendarDate | null): CalendarDate | null {
  return a === null || (b !== null && b > a) ? b : a;
}
