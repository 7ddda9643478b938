// What is measured on a virtual machine while its host runs others instead of it says nothing about what was to be measured.
import { existsSync, readFileSync } from 'node:fs';

/** Of the time of one core: what the host may have taken during something that counts as calm. */
const STOLEN_SHARE = 0.02;
/** How many times as often as wanted it may be measured to find calm times. After that the calmest there were have to do. */
export const PATIENCE = 3;

/**
 * Measures each of these by turns, A B B A so that none always comes after the other, until each has had enough calm turns. For each:
 * what came of its calmest, how many were left out, and whether all that are kept were calm.
 */
export async function calmest(wanted, measures) {
  const turns = measures.map((measure) => ({ measure, all: [] }));
  const calm = ({ all }) => all.filter(({ stolen }) => stolen <= STOLEN_SHARE).length;
  for (let pass = 0; pass < wanted * PATIENCE && turns.some((own) => calm(own) < wanted); pass += 1) {
    for (const { measure, all } of pass % 2 === 0 ? turns : turns.toReversed()) {
      const stolen = watchHost();
      const result = await measure();
      all.push({ result, stolen: stolen() });
    }
  }
  return turns.map((own) => ({
    kept: own.all
      .toSorted((a, b) => a.stolen - b.stolen)
      .slice(0, wanted)
      .map(({ result }) => result),
    leftOut: own.all.length - wanted,
    isCalm: calm(own) >= wanted,
  }));
}

/** Answers what share of a core the host has taken since. */
export function watchHost() {
  const [begin, before] = [performance.now(), stolenMs()];
  return () => (stolenMs() - before) / (performance.now() - begin);
}

/** Milliseconds for which a processor had something to do and the host ran another machine (proc(5): steal, in ticks of 10 ms); 0 where there is none. */
export function stolenMs() {
  if (!existsSync('/proc/stat')) return 0;
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/);
  return Number(fields[7]) * 10;
}
