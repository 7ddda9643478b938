// What is measured on a virtual machine while its host runs others instead of it says nothing about what was to be measured.
import { existsSync, readFileSync } from 'node:fs';

/** Of the time of one core: what the host may have taken during something that counts as calm. */
const STOLEN_SHARE = 0.02;
/** How many times as often as wanted it may be measured to find calm times. After that the calmest there were have to do. */
const PATIENCE = 3;

/** Measures until enough has been calm: what came of the calmest, how many were left out, and whether all that are kept were calm. */
export async function calmest(wanted, measure) {
  const all = [];
  const calm = () => all.filter(({ stolen }) => stolen <= STOLEN_SHARE).length;
  while (calm() < wanted && all.length < wanted * PATIENCE) {
    const stolen = watchHost();
    const result = await measure();
    all.push({ result, stolen: stolen() });
  }
  const kept = all.sort((a, b) => a.stolen - b.stolen).slice(0, wanted);
  return {
    kept: kept.map(({ result }) => result),
    leftOut: all.length - wanted,
    isCalm: calm() >= wanted,
  };
}

/** Answers what share of a core the host has taken since. */
export function watchHost() {
  const [begin, before] = [performance.now(), stolenMs()];
  return () => (stolenMs() - before) / (performance.now() - begin);
}

/** Milliseconds for which a processor had something to do and the host ran another machine (proc(5): steal, in ticks of 10 ms); 0 where there is none. */
function stolenMs() {
  if (!existsSync('/proc/stat')) return 0;
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/);
  return Number(fields[7]) * 10;
}
