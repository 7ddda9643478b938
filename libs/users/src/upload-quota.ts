import type { EntityManager } from 'typeorm';
import { type DuplicatePolicy, Organization } from './organization.entity';

/** Bytes that the uploads of organisation $1 may take up together; for the statement of the storage lib that holds it to that. */
export const UPLOAD_QUOTA_BYTES = '(select upload_quota_bytes from organizations where id = $1)';

/** What the organisation wants done about a file that another credential has already. */
export async function duplicatePolicy(tx: EntityManager, organizationId: number): Promise<DuplicatePolicy> {
  const { duplicatePolicy: policy } = await tx.findOneOrFail(Organization, {
    select: { duplicatePolicy: true },
    where: { id: organizationId },
  });
  return policy;
}
