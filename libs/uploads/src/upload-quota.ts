import { Injectable } from '@nestjs/common';
import { type Batch, violatesNotNull } from '#libs/database';
import { UPLOAD_QUOTA_BYTES } from '#libs/users';

/**
 * One statement decides, so that uploads announced at the same moment cannot overdraw the quota together. What would be too much becomes
 * null, which the column refuses: so all that is written with it is undone, and an upload is announced in one statement without a
 * transaction around it, in which the row of the whole organisation would be locked while this process does other things.
 */
const RESERVE = `
  insert into upload_usage (organization_id, reserved_bytes)
  values ($1::bigint, case when $2::bigint <= ${UPLOAD_QUOTA_BYTES} then $2::bigint end)
  on conflict (organization_id) do update
    set reserved_bytes = case when upload_usage.reserved_bytes + excluded.reserved_bytes <= ${UPLOAD_QUOTA_BYTES}
                              then upload_usage.reserved_bytes + excluded.reserved_bytes end`;

const RELEASE = `
  update upload_usage set reserved_bytes = reserved_bytes - $2 where organization_id = $1`;

/** The space that an organisation's files take up or have announced. */
@Injectable()
export class UploadQuota {
  /** Sending the batch fails if there is not so much left; see `refused`. */
  reserve(writes: Batch, organizationId: number, bytes: number): void {
    writes.add(RESERVE, [organizationId, bytes]);
  }

  /** True when a batch has failed because the quota does not allow what it would have reserved. */
  refused(error: unknown): boolean {
    return violatesNotNull(error, 'upload_usage', 'reserved_bytes');
  }

  release(writes: Batch, organizationId: number, bytes: number): void {
    writes.add(RELEASE, [organizationId, bytes]);
  }
}
