import type { Requirement } from '../requirement';
import { ask, CHEMICAL, duty, GAS, kind, OIL, oneOf, SHIP, TANKER } from './terms';

/** For cargo; of each the flag's own or one that it recognises. */
export const ADVANCED_TANKER: Requirement[] = [
  ask('oil', kind('TK-AO'), { when: [OIL] }),
  ask('chemicals', kind('TK-AC'), { when: [CHEMICAL] }),
  ask('gas', kind('TK-AG'), { when: [GAS] }),
  ask('oil-recognised', { recognised: ['TK-AO'], provisional: false }, { basis: 'flag', when: [SHIP, OIL] }),
  ask('chemicals-recognised', { recognised: ['TK-AC'], provisional: false }, { basis: 'flag', when: [SHIP, CHEMICAL] }),
  ask('gas-recognised', { recognised: ['TK-AG'], provisional: false }, { basis: 'flag', when: [SHIP, GAS] }),
];

/** For those with duties in the cargo. */
export const BASIC_TANKER: Requirement[] = [
  ask('tanker', oneOf('TK-BOC', 'TK-AO', 'TK-AC'), { when: [TANKER, duty('cargo')] }),
  ask('gas', oneOf('TK-BG', 'TK-AG'), { when: [GAS, duty('cargo')] }),
];

/** A certificate of competence is the flag's own, or one that it recognises. */
export function recognised(...kinds: string[]): Requirement {
  return ask('competence-recognised', { recognised: kinds, provisional: true }, { basis: 'flag', when: [SHIP] });
}
