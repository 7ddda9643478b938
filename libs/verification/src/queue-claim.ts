/** Who says that they are looking at a paper, and until when that counts. */
export interface QueueClaim {
  userUuid: string;
  firstName: string;
  lastName: string;
  expiresAt: Date;
}

/** The same as it comes from the database, where JSON knows no dates. */
export type StoredClaim = Omit<QueueClaim, 'expiresAt'> & { expiresAt: string };

/** What is claimed in an organisation at a time; the condition on whose comes behind it. */
export const CLAIMED_BY =
  'select c.verification_id from review_claims c where c.organization_id = ? and c.expires_at > ?';

/** The living claim on the verification `v`, as one value; `now` is an expression. */
export function claimSql(now: string): string {
  return `(
    select json_build_object('userUuid', c.user_uuid, 'firstName', p.first_name, 'lastName', p.last_name, 'expiresAt', c.expires_at)
    from review_claims c join member_directory p on p.organization_id = c.organization_id and p.user_uuid = c.user_uuid
    where c.verification_id = v.id and c.expires_at > ${now})`;
}

export function toClaim(stored: StoredClaim | null): QueueClaim | null {
  return stored && { ...stored, expiresAt: new Date(stored.expiresAt) };
}
