import type { Permission } from '#libs/auth';

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

const readPermissions = new Map<TargetType, Permission>();

/** A kind of credential whose lib is there, and what reading it needs. */
export function addTargetType(name: TargetType, read: Permission): void {
  if (!known.includes(name)) known.push(name);
  readPermissions.set(name, read);
}

/** What reading a credential of this kind needs; none when its lib is not there. */
export function readPermissionOf(targetType: TargetType): Permission | undefined {
  return readPermissions.get(targetType);
}

export function isInContract(targetType: TargetType): boolean {
  return (CONTRACT_TARGET_TYPES as readonly string[]).includes(targetType);
}
