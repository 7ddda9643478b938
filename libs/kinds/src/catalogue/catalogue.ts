import type { Kind, KindDefinition } from '../kind-definition';
import { COMPETENCE_KINDS } from './competence';
import { FLAG_KINDS } from './flag';
import { HEALTH_KINDS } from './health';
import { IDENTITY_KINDS } from './identity';
import { catalogueId } from './ids';
import { NURSING_KINDS } from './nursing';
import { SAFETY_KINDS } from './safety';
import { SHIP_KINDS } from './ships';

/** The kinds that come with the product: seafaring whole, nursing small. */
export const CATALOGUE: readonly KindDefinition[] = [
  ...IDENTITY_KINDS,
  ...HEALTH_KINDS,
  ...SAFETY_KINDS,
  ...COMPETENCE_KINDS,
  ...SHIP_KINDS,
  ...FLAG_KINDS,
  ...NURSING_KINDS,
];

/** By id. What an organisation has changed of them is not in here. */
export const CATALOGUE_KINDS: ReadonlyMap<string, Kind> = new Map(
  CATALOGUE.map((definition) => {
    const id = catalogueId(definition.code);
    return [id, { id, definition, origin: 'catalogue', isActive: true, version: 0 }];
  }),
);
