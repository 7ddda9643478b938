import type { Condition, LayerDefinition, PaperNeed, Requirement } from '../requirement';

/** What many shipped requirements have alike. */
type Given = Partial<Omit<Requirement, 'code' | 'need'>>;

/** Of a convention, mandatory and of everybody, unless it says otherwise. */
export function ask(code: string, need: Requirement['need'], given: Given = {}): Requirement {
  return { code, level: 'mandatory', basis: 'statutory', when: [], need, ...given };
}

export function kind(code: string): PaperNeed {
  return { kind: code };
}

export function oneOf(...codes: string[]): PaperNeed {
  return { oneOf: codes.map(kind) };
}

export const SHIP: Condition = { ship: true };
export const ISPS: Condition = { fact: 'isps', is: true };
export const ECDIS: Condition = { fact: 'ecdis', is: true };
export const IGF: Condition = { fact: 'igf', is: true };
export const OIL: Condition = { fact: 'type', in: ['oil_tanker'] };
export const CHEMICAL: Condition = { fact: 'type', in: ['chemical_tanker'] };
export const GAS: Condition = { fact: 'type', in: ['gas_tanker'] };
export const TANKER: Condition = { fact: 'type', in: ['oil_tanker', 'chemical_tanker'] };

export function ranks(...words: string[]): Condition {
  return { fact: 'rank', in: words };
}

export function duty(...words: string[]): Condition {
  return { duties: words };
}

type Described = Pick<LayerDefinition, 'code' | 'name' | 'scope' | 'applies' | 'requirements'> &
  Partial<LayerDefinition>;

export function layer(given: Described): LayerDefinition {
  return { isActive: true, sources: [], ...given };
}
