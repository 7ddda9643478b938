import type { EntityManager } from 'typeorm';
import { Organization } from './organization.entity';

/** Bytes that the organisation's uploads may take up together; the storage lib holds it to that. */
export async function uploadQuotaBytes(tx: EntityManager, organizationId: number): Promise<number> {
  const { uploadQuotaBytes: bytes } = await tx.findOneOrFail(Organization, {
    select: { uploadQuotaBytes: true },
    where: { id: organizationId },
  });
  return bytes;
}
