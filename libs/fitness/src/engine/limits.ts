import type { Limits, VesselFacts } from './facts';

/** Whether a line with limits is good for a ship: `judge` when it hangs on something that nobody has said, or that is in words. */
export type Scope = 'good' | 'judge' | 'limited' | 'out_of_scope';

/** Whether a line for an area is good in a sea area: how far from its coast a state lets one go near coasts only a person can say. */
const AREAS: Readonly<Record<'A1' | 'near_coastal', Readonly<Record<string, boolean | null>>>> = {
  A1: { A1: true },
  near_coastal: { A1: true, A2: null },
};

export function scopeOf(limits: Limits | null, vessel: VesselFacts | null): Scope {
  if (limits === null) return 'good';
  const answers = [
    isOneOf(limits.shipTypes, vessel?.type),
    isWithin(limits.minGt, limits.maxGt, vessel?.gt),
    isWithin(limits.minKw, limits.maxKw, vessel?.kw),
    isOneOf(limits.flag === undefined ? undefined : [limits.flag], vessel?.flag),
    isOneOf(limits.vesselImo === undefined ? undefined : [limits.vesselImo], vessel?.imo),
    isInArea(limits.area, vessel?.seaArea),
  ];
  if (answers.includes(false)) return 'out_of_scope';
  const withoutEcdis = limits.notEcdis ? isKnown(vessel?.ecdis, (ecdis) => !ecdis) : true;
  if (withoutEcdis === false) return 'limited';
  return limits.restriction !== undefined || [...answers, withoutEcdis].includes(null) ? 'judge' : 'good';
}

function isOneOf(allowed: string[] | undefined, value: string | null | undefined): boolean | null {
  return allowed === undefined ? true : isKnown(value, (known) => allowed.includes(known));
}

/** Both bounds belong to it. */
function isWithin(min: number | undefined, max: number | undefined, value: number | null | undefined): boolean | null {
  if (min === undefined && max === undefined) return true;
  return isKnown(value, (known) => known >= (min ?? -Infinity) && known <= (max ?? Infinity));
}

function isInArea(area: Limits['area'], seaArea: string | null | undefined): boolean | null {
  if (area === undefined || area === 'unlimited') return true;
  return isKnown(seaArea, (known) => {
    const answer = AREAS[area][known];
    return answer === undefined ? false : answer;
  });
}

function isKnown<T>(value: T | null | undefined, test: (value: T) => boolean | null): boolean | null {
  return value === null || value === undefined ? null : test(value);
}
