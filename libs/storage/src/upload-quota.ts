import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Batch } from '#libs/database';
import { UPLOAD_QUOTA_BYTES } from '#libs/users';
import { quotaExceeded } from './uploads.errors';

/** One statement decides, so that uploads announced at the same moment cannot overdraw the quota together. */
const RESERVE = `
  insert into upload_usage (organization_id, reserved_bytes)
  select $1::bigint, $2::bigint where $2::bigint <= ${UPLOAD_QUOTA_BYTES}
  on conflict (organization_id) do update
    set reserved_bytes = upload_usage.reserved_bytes + excluded.reserved_bytes
    where upload_usage.reserved_bytes + excluded.reserved_bytes <= ${UPLOAD_QUOTA_BYTES}
  returning reserved_bytes`;

const RELEASE = `
  update upload_usage set reserved_bytes = reserved_bytes - $2 where organization_id = $1`;

/** The space that an organisation's files take up or have announced. */
@Injectable()
export class UploadQuota {
  /** @throws quota_exceeded */
  async reserve(tx: EntityManager, organizationId: number, bytes: number): Promise<void> {
    const reserved: unknown[] = await tx.query(RESERVE, [organizationId, bytes]);
    if (reserved.length === 0) throw quotaExceeded();
  }

  release(writes: Batch, organizationId: number, bytes: number): void {
    writes.add(RELEASE, [organizationId, bytes]);
  }
}
