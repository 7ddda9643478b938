import { nameBasedUuid } from '#libs/kinds';
import type { Layer, LayerDefinition } from '../requirement';
import { BASE_LAYERS } from './base';
import { DECK_LAYERS } from './deck';
import { ENGINE_LAYERS } from './engine';
import { FLAG_LAYERS } from './flags';
import { NURSING_LAYERS } from './nursing';
import { SHIP_LAYERS } from './ships';

/** Ours, made once. */
const NAMESPACE = '5d0c7a5e-9a0b-4f0e-8a39-2f1f6b7f5a11';

const DEFINITIONS: readonly LayerDefinition[] = [
  ...BASE_LAYERS,
  ...DECK_LAYERS,
  ...ENGINE_LAYERS,
  ...SHIP_LAYERS,
  ...FLAG_LAYERS,
  ...NURSING_LAYERS,
];

/** The sets that come with the product, with the same ids in every registry. */
export const SHIPPED_LAYERS: readonly Layer[] = DEFINITIONS.map((definition) => ({
  id: nameBasedUuid(NAMESPACE, definition.code),
  isOwn: false,
  definition,
}));
