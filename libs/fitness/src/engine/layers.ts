import type { PersonFacts } from './facts';
import type { Condition, Layer, Requirement } from '#libs/requirements';

/** A requirement with the layer that it comes from and all that has to hold for it. */
export interface AskedRequirement {
  layer: Layer;
  requirement: Requirement;
  when: Condition[];
}

/** What is asked, and of whom. */
export interface Asked {
  layers: Layer[];
  requirements: AskedRequirement[];
  person: PersonFacts;
  /** Whether something is said about people like this one, besides what everybody needs. */
  isSpecific(applies: (conditions: Condition[]) => boolean | null): boolean;
}

/**
 * All layers that are in use or, where one is asked for, that one whatever it applies to: of a rank instead of the person's own, so that it can
 * be asked whether somebody could be promoted.
 */
export function askedOf(all: readonly Layer[], person: PersonFacts, wanted: Layer | null): Asked {
  const isRank = wanted?.definition.scope === 'rank';
  const others = all.filter(
    ({ id, definition }) => definition.isActive && id !== wanted?.id && !(isRank && definition.scope === 'rank'),
  );
  const layers = wanted ? [...others, wanted] : others;
  const appliesOf = (layer: Layer) => (layer === wanted ? [] : conditionsOf(layer.definition));
  return {
    layers,
    person: isRank ? { ...person, rank: rankOf(wanted.definition.applies) ?? person.rank } : person,
    requirements: layers.flatMap((layer) =>
      layer.definition.requirements.map((requirement) => ({
        layer,
        requirement,
        when: [...appliesOf(layer), ...requirement.when],
      })),
    ),
    isSpecific: (applies) =>
      wanted !== null ||
      others.some((layer) => (layer.isOwn || layer.definition.scope === 'rank') && applies(appliesOf(layer)) === true),
  };
}

/** Without a ship nothing of ships and flags is asked, and nobody is unknown for want of one. */
function conditionsOf({ scope, applies }: Layer['definition']): Condition[] {
  return scope === 'ship' || scope === 'flag' ? [{ ship: true }, ...applies] : applies;
}

function rankOf(conditions: readonly Condition[]): string | undefined {
  for (const condition of conditions) {
    if ('in' in condition && condition.fact === 'rank') return condition.in[0];
  }
  return undefined;
}
