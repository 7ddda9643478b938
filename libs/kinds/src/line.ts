import type { VesselType } from '#libs/particulars';
import type { Kind } from './kind-definition';
import type { DatedLine } from './validity-of-line';

export const TRADING_AREAS = ['near_coastal', 'unlimited', 'A1'] as const;

/** Where, and on what, a line counts; what is not said limits nothing. */
export interface Limits {
  shipTypes?: VesselType[];
  area?: (typeof TRADING_AREAS)[number];
  minGt?: number;
  maxGt?: number;
  /** Propulsion power. */
  minKw?: number;
  maxKw?: number;
  notEcdis?: true;
  /** Three letters. */
  flag?: string;
  /** Seven digits. */
  vesselImo?: string;
  /** In the words of the paper. */
  restriction?: string;
}

/** One of the things that a certificate proves. */
export interface CertificateLine extends DatedLine {
  /** As it stands on the paper: "Master", "Officer in charge of a navigational watch". */
  capacity: string | null;
  limits: Limits | null;
}

/** What a certificate of a kind usually proves: itself, and what the kind names besides. */
export function usualLines({ id, definition }: Kind, kinds: ReadonlyMap<string, Kind>): CertificateLine[] {
  const further = definition.lines ?? [];
  const besides = [...kinds.values()].filter((kind) => further.includes(kind.definition.code));
  const kindIds = [id, ...besides.map((kind) => kind.id)];
  return kindIds.map((kindId) => ({ kindId, capacity: null, limits: null, endsOn: null, issuedOn: null }));
}
