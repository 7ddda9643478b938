/**
 * Jobs of different lanes never wait for each other. The number says how many of a lane one process runs at once; an organisation gets
 * all of them but one, which is kept for the others.
 */
export const LANES = {
  /** Letters: somebody waits for them, and they take as long as a mail server likes. */
  mail: 2,
  /** Short: what follows from an upload or the clock. */
  upkeep: 2,
  /** Looking into files: seconds of a core each. */
  checks: 3,
} as const;

export type Lane = keyof typeof LANES;
export const LANE_NAMES = Object.keys(LANES) as Lane[];

/** For whose sake a job is done. */
export interface Sender {
  organizationId: number;
  userUuid: string;
}

/** How a job is marked in the queue: with its sender, and with their organisation, so that one can be passed over whoever of its people come. */
export function flagsOf({ organizationId, userUuid }: Sender): string[] {
  return [`${organizationId}/${userUuid}`, `${organizationId}`];
}

/** Of these flags, the one that names a person. */
export function isMark(flag: string): boolean {
  return flag.includes('/');
}

export function organizationOf(mark: string): string {
  return mark.slice(0, mark.indexOf('/'));
}
