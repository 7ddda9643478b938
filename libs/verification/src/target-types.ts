/** What contract C knows: its summary of a person, the state of their profile and its `targetType` speak of these, and of no other. */
export const CONTRACT_TARGET_TYPES = ['certificate', 'diploma'] as const;

const known: string[] = [...CONTRACT_TARGET_TYPES];

/** Every kind of credential that has a review. */
export type TargetType = string;

/** Those of the contract first. */
export function targetTypes(): readonly TargetType[] {
  return known;
}

/** Contract C does not know them: they wait in the queue for those who ask for them. */
export function typesOutsideContract(): readonly TargetType[] {
  return known.slice(CONTRACT_TARGET_TYPES.length);
}

/** A kind of credential whose lib is there. */
export function addTargetType(name: TargetType): void {
  if (!known.includes(name)) known.push(name);
}

export function isInContract(targetType: TargetType): boolean {
  return (CONTRACT_TARGET_TYPES as readonly string[]).includes(targetType);
}
