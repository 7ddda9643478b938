import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ProblemDefinition } from '#libs/common';
import { Config } from '#libs/config';
import { type Batch, type Steps, violatesCheck, violatesNotNull } from '#libs/database';
import type { Sender } from '#libs/jobs';
import { UPLOAD_QUOTA_BYTES } from '#libs/users';
import { quotaExceeded, tooManyOpenUploads } from './uploads.errors';

/** What one person may announce without sending it. One file may always be announced. */
const SHARE_OF_QUOTA = '0.1';
/** How much of the quota is taken in advance at a time; what is larger than that is reserved by itself. */
const ADVANCE = `(${UPLOAD_QUOTA_BYTES} / 100)`;
/** As long as no more of the quota is reserved. */
const ADVANCES_UP_TO = `0.7 * ${UPLOAD_QUOTA_BYTES}`;
/**
 * From here on nothing is left lying in advances. Whoever has begun before that may be refused although an advance has enough, if meanwhile all
 * the rest was reserved: a fifth of the quota, in the time of one statement.
 */
const NO_ADVANCES_FROM = `0.8 * ${UPLOAD_QUOTA_BYTES}`;

/**
 * Whether person $3 or organisation $1 has too much open for $2 more bytes: announced or not checked yet, what somebody has to do with still.
 * A limit of 0 is none. Announced in one moment, it may be a few files more than that.
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
  if (limits.length === 0) return 'select $3::uuid is null as is_too_much';
  return `
    select coalesce(${limits.join(' or ')}, false) as is_too_much
    from (select size_bytes, status, uploaded_by_user_uuid = $3::uuid as own from uploads
          where organization_id = $1 and status in ('pending', 'uploaded') and failure_code is null) as open`;
}

/**
 * Every byte of the quota is free, in an advance, or reserved for a file: `reserved_bytes` is the last two. Whoever moves some of it has locked
 * the row that it is taken from, so uploads announced at the same moment cannot overdraw the quota together. They take theirs from any advance
 * that nobody has locked, and so do not wait for each other's commits; where there is none, from what is free. Close to the quota all
 * advances are given back first, with waiting, so that the last byte can be used.
 *
 * What would be too much becomes null, which the column refuses: so all that is written with it is undone, and an upload is announced in one
 * statement without a transaction around it. Where somebody has too much open, it becomes a number that another rule refuses.
 */
const reserveSteps = (tooMuch: string): Steps => ({
  open_uploads: tooMuch,
  from_advance: `
    update upload_advances set free_bytes = free_bytes - $2::bigint
    where id = (select id from upload_advances
                where organization_id = $1 and free_bytes >= $2::bigint and not (select is_too_much from open_uploads)
                limit 1 for update skip locked)
    returning id`,
  given_back: `
    delete from upload_advances
    where organization_id = $1 and not exists (select from from_advance)
      and (select reserved_bytes from upload_usage where organization_id = $1) > ${NO_ADVANCES_FROM}
    returning free_bytes`,
  from_quota: `
    insert into upload_usage (organization_id, reserved_bytes)
    select $1::bigint, case when (select is_too_much from open_uploads) then -1 when $2::bigint <= ${UPLOAD_QUOTA_BYTES} then $2::bigint end
    where not exists (select from from_advance)
    on conflict (organization_id) do update
      set reserved_bytes = (
        select case when sum <= ${UPLOAD_QUOTA_BYTES} then sum end
        from (select upload_usage.reserved_bytes + excluded.reserved_bytes
                     - (select coalesce(sum(free_bytes), 0) from given_back) as sum) as needed)
    returning organization_id`,
});
const IS_FROM_ADVANCE = 'select exists (select from from_advance) as "isFromAdvance"';

/** Adds to an advance that has not even $2 bytes left, or makes one. */
const TAKE_ADVANCE = `
  with taken as (
    update upload_usage set reserved_bytes = reserved_bytes + ${ADVANCE}
    where organization_id = $1 and $2::bigint <= ${ADVANCE} and reserved_bytes + ${ADVANCE} <= ${ADVANCES_UP_TO}
    returning organization_id
  ), refilled as (
    update upload_advances set free_bytes = free_bytes + ${ADVANCE}
    where exists (select from taken)
      and id = (select id from upload_advances where organization_id = $1 and free_bytes < $2::bigint limit 1 for update skip locked)
    returning id
  )
  insert into upload_advances (organization_id, free_bytes)
  select $1::bigint, ${ADVANCE} from taken where not exists (select from refilled)`;

const RELEASE = `
  update upload_usage set reserved_bytes = reserved_bytes - $2 where organization_id = $1`;

/** What has been put into a batch of writes. */
interface Reservation {
  organizationId: number;
  bytes: number;
  /** Known once the batch is sent. */
  isFromAdvance: boolean;
}

/** The space that an organisation's files take up or have announced (ADR 0117). */
@Injectable()
export class UploadQuota {
  private readonly steps: Steps;

  constructor({ environment }: Config) {
    const { OPEN_UPLOADS_PERSON, OPEN_UPLOADS_ORGANIZATION } = environment;
    this.steps = reserveSteps(tooMuchOpen(OPEN_UPLOADS_PERSON, OPEN_UPLOADS_ORGANIZATION));
  }

  /** Sending the batch fails if there is not so much left; see `refusal`. Afterwards `takeAdvance`. */
  reserve(writes: Batch, { organizationId, userUuid }: Sender, bytes: number): Reservation {
    const reservation = { organizationId, bytes, isFromAdvance: false };
    const receive = ({ isFromAdvance }: Record<string, unknown>) =>
      (reservation.isFromAdvance = isFromAdvance === true);
    writes.ask(IS_FROM_ADVANCE, [organizationId, bytes, userUuid], receive, this.steps);
    return reservation;
  }

  /** For those who come next, where no advance had enough left or was free. */
  async takeAdvance(tx: EntityManager, { organizationId, bytes, isFromAdvance }: Reservation): Promise<void> {
    if (!isFromAdvance) await tx.query(TAKE_ADVANCE, [organizationId, bytes]);
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
