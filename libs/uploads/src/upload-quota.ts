import { Injectable } from '@nestjs/common';
import type { ProblemDefinition } from '#libs/common';
import { Config } from '#libs/config';
import { type Batch, violatesCheck, violatesNotNull } from '#libs/database';
import type { Sender } from '#libs/jobs';
import { UPLOAD_QUOTA_BYTES } from '#libs/users';
import { quotaExceeded, tooManyOpenUploads } from './uploads.errors';

/** What one person may announce without sending it. One file may always be announced. */
const SHARE_OF_QUOTA = '0.1';

/**
 * Whether person $3 or organisation $1 has too much open for $2 more bytes: announced or not checked yet, what somebody has to do with still.
 * A limit of 0 is none.
 */
function tooMuchOpen(ofPerson: number, ofOrganization: number): string {
  const limits = [
    ...(ofOrganization > 0 ? [`count(*) >= ${ofOrganization}`] : []),
    ...(ofPerson > 0
      ? [
          `count(*) filter (where own) >= ${ofPerson}`,
          `sum(size_bytes) filter (where own and status = 'pending') + $2::bigint > ${SHARE_OF_QUOTA} * ${UPLOAD_QUOTA_BYTES}`,
        ]
      : []),
  ];
  // The person is named in any case: a statement has as many parameters as it is given.
  if (limits.length === 0) return '$3::uuid is null';
  return `(
    select ${limits.join(' or ')}
    from (select size_bytes, status, uploaded_by_user_uuid = $3::uuid as own from uploads
          where organization_id = $1 and status in ('pending', 'uploaded') and failure_code is null) as open)`;
}

/**
 * One statement decides, so that uploads announced at the same moment cannot overdraw the quota together. What would be too much becomes
 * null, which the column refuses: so all that is written with it is undone, and an upload is announced in one statement without a
 * transaction around it, in which the row of the whole organisation would be locked while this process does other things. Where somebody
 * has too much open, it becomes a number that another rule refuses. Announced in one moment, it may be a few files more than that.
 */
const reserve = (tooMuch: string) => `
  insert into upload_usage (organization_id, reserved_bytes)
  values ($1::bigint, case when ${tooMuch} then -1 when $2::bigint <= ${UPLOAD_QUOTA_BYTES} then $2::bigint end)
  on conflict (organization_id) do update
    set reserved_bytes = case when upload_usage.reserved_bytes + excluded.reserved_bytes <= ${UPLOAD_QUOTA_BYTES}
                              then upload_usage.reserved_bytes + excluded.reserved_bytes end`;

const RELEASE = `
  update upload_usage set reserved_bytes = reserved_bytes - $2 where organization_id = $1`;

/** The space that an organisation's files take up or have announced. */
@Injectable()
export class UploadQuota {
  private readonly reserveSql: string;

  constructor({ environment }: Config) {
    const { OPEN_UPLOADS_PERSON, OPEN_UPLOADS_ORGANIZATION } = environment;
    this.reserveSql = reserve(tooMuchOpen(OPEN_UPLOADS_PERSON, OPEN_UPLOADS_ORGANIZATION));
  }

  /** Sending the batch fails if there is not so much left; see `refusal`. */
  reserve(writes: Batch, { organizationId, userUuid }: Sender, bytes: number): void {
    writes.add(this.reserveSql, [organizationId, bytes, userUuid]);
  }

  /** Why a batch has failed: for what it would have reserved, or for something else. */
  refusal(error: unknown): ProblemDefinition | null {
    if (violatesNotNull(error, 'upload_usage', 'reserved_bytes')) return quotaExceeded;
    return violatesCheck(error, 'upload_usage_reserved_bytes_check') ? tooManyOpenUploads : null;
  }

  release(writes: Batch, organizationId: number, bytes: number): void {
    writes.add(RELEASE, [organizationId, bytes]);
  }
}
