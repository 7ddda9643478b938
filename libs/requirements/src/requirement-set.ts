import type { CalendarDate } from '#libs/common';
import type { LayerDefinition } from './requirement';
import { SHIPPED_LAYERS } from './shipped/shipped';

export const SET_ORIGINS = ['shipped', 'changed', 'own'] as const;

/** A requirement set in one of its versions. */
export interface RequirementSet {
  id: string;
  definition: LayerDefinition;
  /** Came with the product, came with it and was changed by the organisation, or is its own. */
  origin: (typeof SET_ORIGINS)[number];
  /** 0 as it came with the product, then counted with every change. */
  version: number;
  /** The first day of which it is asked; null: always. */
  effectiveFrom: CalendarDate | null;
}

export const SHIPPED_SETS: ReadonlyMap<string, RequirementSet> = new Map(
  SHIPPED_LAYERS.map(({ id, definition }) => [
    id,
    { id, definition, origin: 'shipped', version: 0, effectiveFrom: null },
  ]),
);

/** The entity tag of a set. */
export function etagOf({ id, version }: RequirementSet): string {
  return `${id}.${version}`;
}
