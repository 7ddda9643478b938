import type { EntityManager } from 'typeorm';
import { type DuplicatePolicy, Organization } from './organization.entity';

/** Bytes that the organisation's uploads may take up together; the storage lib holds it to that. */
export async function uploadQuotaBytes(tx: EntityManager, organizationId: number): Promise<number> {
  const { uploadQuotaBytes: bytes } = await tx.findOneOrFail(Organization, {
    select: { uploadQuotaBytes: true },
    where: { id: organizationId },
  });
  return bytes;
}

/** What the organisation wants done about a file that another credential has already. */
export async function duplicatePolicy(tx: EntityManager, organizationId: number): Promise<DuplicatePolicy> {
  const { duplicatePolicy: policy } = await tx.findOneOrFail(Organization, {
    select: { duplicatePolicy: true },
    where: { id: organizationId },
  });
  return policy;
}
