import type { Particulars } from './particulars.entity';

/** What is known of a person, which may be nothing: then the revision is 0. */
export type KnownParticulars = Omit<Particulars, 'organizationId' | 'createdAt' | 'updatedAt'> & {
  vesselName: string | null;
  /** Null while there is nothing. */
  updatedAt: Date | null;
};

export function etagOf({ userUuid, revision }: KnownParticulars): string {
  return `${userUuid}.${revision}`;
}
