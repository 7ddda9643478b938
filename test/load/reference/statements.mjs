// What the product asks of PostgreSQL, as somebody writes it who has nothing between themselves and the tables.
export const findSignedIn = `
  select s.id as "sessionId", m.id as "membershipId", u.id as "userId", u.uuid as "userUuid", m.account_id as "accountId",
         m.organization_id as "organizationId", m.role, o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays"
  from sessions s
  join memberships m on m.id = s.membership_id
  join users u on u.uuid = s.user_uuid
  join organizations o on o.id = m.organization_id
  where s.id = $1 and s.ended_at is null and s.expires_at > $2 and m.state = 'active' and m.account_id is not null`;

const RECORDS = `
  insert into audit_records (id, organization_id, at, actor_kind, actor_uuid, session_id, action, target_type, target_id,
    request_id, details, subject_user_uuid, changes)
  select "id", "organizationId", "at", "actorKind", "actorUuid", "sessionId", "action", "targetType", "targetId", "requestId",
    "details", "subjectUserUuid", "changes"
  from jsonb_to_recordset($1::jsonb) as record ("id" uuid, "organizationId" bigint, "at" timestamptz, "actorKind" text,
    "actorUuid" uuid, "sessionId" uuid, "action" text, "targetType" text, "targetId" text, "requestId" text, "details" jsonb,
    "subjectUserUuid" uuid, "changes" jsonb)`;
const PERSONAL_VALUES = `
  insert into audit_personal_values (audit_record_id, field, person_uuid, before, after)
  select "auditRecordId", "field", "personUuid", "before", "after"
  from jsonb_to_recordset($1::jsonb) as value ("auditRecordId" uuid, "field" text, "personUuid" uuid, "before" text, "after" text)`;

/**
 * One statement, and so one round trip; the last may answer something. Its parameters are those of the parts, one after the other. A part that
 * another one refers to comes with its name.
 */
function together(...parts) {
  let places = 0;
  const names = parts.map((part, i) => (Array.isArray(part) ? part[0] : `part_${i}`));
  const texts = parts.map((part) => {
    const text = Array.isArray(part) ? part[1] : part;
    const before = places;
    places += Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place)));
    return text.replace(/\$(\d+)/g, (_, place) => `$${Number(place) + before}`);
  });
  const last = texts.pop();
  return `with ${texts.map((text, i) => `${names[i]} as (${text})`).join(', ')} ${last}`;
}

export const recordAudit = together(RECORDS, PERSONAL_VALUES);

const CERTIFICATE = `
  select c.id, c.user_uuid as "userUuid", c.certificate_type as "certificateType", c.certificate_number as "certificateNumber",
         c.issuing_authority as "issuingAuthority", c.issue_date as "issueDate", c.expiry_date as "expiryDate",
         c.upload_id as "uploadId", c.uploaded_by_user_uuid as "uploadedBy", c.notes, c.created_at as "createdAt",
         c.updated_at as "updatedAt", v.id as "verificationId", v.status as "reviewStatus",
         v.rejection_reason as "rejectionReason", v.reviewed_at as "reviewedAt", v.verified_name as "verifiedName",
         v.submission_number as "submissionNumber",
         v.revision, v.duplicate_target_type as "duplicateTargetType", v.duplicate_target_id as "duplicateTargetId",
         v.duplicate_user_uuid as "duplicateUserUuid", f.status as "fileStatus"
  from certificates c
  join verifications v on v.id = c.verification_id
  left join uploads f on f.id = c.upload_id
  where c.organization_id = $1 and c.deleted_at is null`;
export const listCertificates = `${CERTIFICATE} and c.user_uuid = $2 order by c.id desc limit $3`;
export const getCertificate = `${CERTIFICATE} and c.id = $2 and ($3::uuid is null or c.user_uuid = $3)`;
export const lockCertificate = `${getCertificate} for update of c, v`;
const UPDATE_CERTIFICATE_NUMBER = 'update certificates set certificate_number = $2, updated_at = $3 where id = $1';
const INSERT_CERTIFICATE = `
  insert into certificates (id, organization_id, user_uuid, certificate_type, certificate_number, issuing_authority, issue_date,
    expiry_date, upload_id, uploaded_by_user_uuid, notes, verification_id, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`;

const INSERT_VERIFICATION = `
  insert into verifications (id, organization_id, user_uuid, target_type, target_id, subject, status, submission_number, submitted_at,
    created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, 'pending', 1, $7, $7, $7)`;
const SUBMIT_VERIFICATION = `
  update verifications set status = 'pending', submission_number = $2, submitted_at = $3, rejection_reason = null,
    reviewed_at = null, subject = $4, updated_at = $3, duplicate_target_type = $5, duplicate_target_id = $6,
    duplicate_user_uuid = $7
  where id = $1 returning revision`;
const INSERT_SUBMISSION = `
  insert into submissions (id, organization_id, verification_id, number, snapshot, upload_id, file_sha256, submitted_by_user_uuid,
    submitted_at)
  values ($1, $2, $3, $4, $5::jsonb || jsonb_build_object('holderName', (
    select first_name || ' ' || last_name from member_directory where organization_id = $2 and user_uuid = $8)), $6, $7, $8, $9)`;
export const createCertificate = together(
  INSERT_VERIFICATION,
  INSERT_CERTIFICATE,
  INSERT_SUBMISSION,
  RECORDS,
  PERSONAL_VALUES,
);
export const changeCertificateNumber = together(
  UPDATE_CERTIFICATE_NUMBER,
  INSERT_SUBMISSION,
  RECORDS,
  PERSONAL_VALUES,
  SUBMIT_VERIFICATION,
);
export const findHash = 'select sha256 from uploads where id = $1 and organization_id = $2';
export const lockHash = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';
export const findDuplicate = `
  select v.target_type as "targetType", v.target_id as "targetId", v.user_uuid as "userUuid"
  from submissions s join verifications v on v.id = s.verification_id and v.submission_number = s.number
  where s.organization_id = $1 and s.file_sha256 = $2 and v.id <> $3 and v.withdrawn_at is null and v.status <> 'not_submitted'
  order by v.id limit 1`;
export const lockVerification = `
  select id, user_uuid as "userUuid", target_type as "targetType", target_id as "targetId", status,
         submission_number as "submissionNumber"
  from verifications
  where target_id = $1 and target_type = $2 and organization_id = $3 and withdrawn_at is null for update`;
export const findSubmission = `select id, upload_id as "uploadId", snapshot ->> 'holderName' as "holderName" from submissions where verification_id = $1 and number = $2`;
export const lockUpload = 'select status from uploads where id = $1 and organization_id = $2 for share';
const INSERT_DECISION = `
  insert into decisions (id, organization_id, submission_id, outcome, reason, decided_by_user_uuid, decided_at)
  values ($1, $2, $3, $4, $5, $6, $7)`;
const DECIDE_VERIFICATION = `
  update verifications set status = $2, rejection_reason = $3, reviewed_at = $4, updated_at = $4, verified_name = $5
  where id = $1 returning revision`;
export const decide = together(INSERT_DECISION, RECORDS, PERSONAL_VALUES, DECIDE_VERIFICATION);

const SUBMITTED = 'from submissions s where s.verification_id = v.id and s.number = v.submission_number';
const QUEUE = `
  select v.id as "verificationId", v.target_type as "targetType", v.target_id as "targetId", v.subject,
         v.submission_number as "submissionNumber", v.submitted_at as "submittedAt", m.user_uuid as "userUuid",
         m.user_id as "userId", m.first_name as "firstName", m.last_name as "lastName",
         v.duplicate_target_type as "duplicateTargetType", v.duplicate_target_id as "duplicateTargetId",
         (select s.upload_id ${SUBMITTED}) as "uploadId",
         (select (select f.status from uploads f where f.id = s.upload_id and f.organization_id = v.organization_id) ${SUBMITTED}) as "fileStatus",
         (select json_build_object('id', c.user_uuid, 'firstName', p.first_name, 'lastName', p.last_name, 'expiresAt', c.expires_at)
          from review_claims c
          join member_directory p on p.organization_id = c.organization_id and p.user_uuid = c.user_uuid
          where c.verification_id = v.id and c.expires_at > $2) as "claimedBy"
  from verifications v
  join member_directory m on m.organization_id = v.organization_id and m.user_uuid = v.user_uuid
  where v.status = 'pending' and v.withdrawn_at is null and v.organization_id = $1`;
/** The limit stands in the text: as a parameter it hides from the planner that only the first rows are wanted. */
export const listQueue = `${QUEUE} order by v.submitted_at, v.id limit`;
export const listQueueAfter = `${QUEUE} and (v.submitted_at, v.id) > ($3, $4) order by v.submitted_at, v.id limit`;

export const listRoster = `
  select m.membership_id as "membershipId", m.user_uuid as id, m.email, m.first_name as "firstName", m.last_name as "lastName", m.role,
         m.state, m.last_login as "lastLogin", m.created_at as "createdAt", p.state as "verificationState"
  from member_directory m join profile_counts p on p.membership_id = m.membership_id
  where m.organization_id = $1 and m.role = $2 and m.state = $3
  order by m.membership_id desc limit`;

export const findTitle = 'select id, name from titles where id = $1 and organization_id = $2';
const INSERT_DIPLOMA = `
  insert into diplomas (uuid, organization_id, user_uuid, title_id, verification_id, obtained_at, created_at, updated_at)
  values ($1, $2, $3, $4, $5, $6, $7, $7) returning id`;
export const createDiploma = together(INSERT_VERIFICATION, INSERT_SUBMISSION, RECORDS, PERSONAL_VALUES, INSERT_DIPLOMA);
export const listDiplomas = `
  select d.id, d.uuid, d.title_id as "titleId", v.subject as "titleName", u.number as "uploadNumber", u.original_filename as filename,
         d.obtained_at as "obtainedAt", d.deleted_at as "deletedAt", d.updated_at as "updatedAt", d.created_at as "createdAt"
  from diplomas d
  join verifications v on v.id = d.verification_id
  left join uploads u on u.id = d.upload_id
  where d.organization_id = $1 and d.user_uuid = $2 and d.deleted_at is null
  order by d.id desc offset $3 limit $4`;

export const getUpload = `
  select status, object_key as "objectKey", original_filename as filename, mime from uploads where id = $1 and organization_id = $2`;
const QUOTA = '(select upload_quota_bytes from organizations where id = $1)';
const FROM_ADVANCE = `
  update upload_advances set free_bytes = free_bytes - $2::bigint
  where id = (select id from upload_advances where organization_id = $1 and free_bytes >= $2::bigint limit 1 for update skip locked)
  returning id`;
const FROM_QUOTA = `
  insert into upload_usage (organization_id, reserved_bytes)
  select $1::bigint, case when $2::bigint <= ${QUOTA} then $2::bigint end where not exists (select from from_advance)
  on conflict (organization_id) do update
    set reserved_bytes = case when upload_usage.reserved_bytes + excluded.reserved_bytes <= ${QUOTA}
                              then upload_usage.reserved_bytes + excluded.reserved_bytes end
  returning organization_id`;
export const takeAdvance = `
  with taken as (
    update upload_usage set reserved_bytes = reserved_bytes + ${QUOTA} / 100
    where organization_id = $1 and reserved_bytes + ${QUOTA} / 100 <= 0.7 * ${QUOTA} returning organization_id
  )
  insert into upload_advances (organization_id, free_bytes) select organization_id, ${QUOTA} / 100 from taken`;
const INSERT_UPLOAD = `
  insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename, expires_at,
    closes_at, created_at, updated_at)
  values ($1, $2, $3, $4, 'pending', $5, $6, $7, $8, $9, $10, $10)`;
export const announceUpload = together(
  ['from_advance', FROM_ADVANCE],
  ['from_quota', FROM_QUOTA],
  INSERT_UPLOAD,
  RECORDS,
  PERSONAL_VALUES,
  'select exists (select from from_advance) as "isFromAdvance"',
);

export const findCandidate = `
  select a.id as "accountId", u.id as "userId", u.uuid as "userUuid", a.password_hash as "passwordHash", m.id as "membershipId",
         m.organization_id as "organizationId", m.role,
         exists (select 1 from known_addresses k
                 where k.user_uuid = a.id and k.network = $2 and k.last_used_at >= $3) as "isKnownAddress"
  from accounts a
  left join lateral (
    select * from memberships where account_id = a.id and state = 'active'
    order by last_login desc nulls last, created_at, id limit 1
  ) m on true
  left join users u on u.uuid = m.user_uuid
  where a.email = $1`;
export const takeBudget = `
  insert into sign_in_budgets as b (key, used, resets_at, slowed) values ($1, 1, $2, false)
  on conflict (key) do update
    set used = case when b.resets_at <= $3 then 1 else b.used + 1 end,
        resets_at = case when b.resets_at <= $3 then excluded.resets_at else b.resets_at end,
        slowed = b.slowed and b.resets_at > $3
    where b.resets_at <= $3 or b.used < $4
  returning resets_at as "resetsAt"`;
export const giveBackBudget =
  'update sign_in_budgets set used = used - 1 where key = $1 and resets_at = $2 and used > 0';
export const recordLogin = `
  with account as (select id from accounts where id = $1 and password_hash = $2 for share)
  update memberships set last_login = $3 from account
  where memberships.id = $4 and memberships.account_id = account.id and state = 'active'`;
export const rememberAddress = `
  insert into known_addresses (user_uuid, network, last_used_at) values ($1, $2, $3)
  on conflict (user_uuid, network) do update set last_used_at = excluded.last_used_at`;
export const forgetAddresses = 'delete from known_addresses where user_uuid = $1 and last_used_at < $2';
export const insertSession = `
  insert into sessions (id, user_uuid, membership_id, refresh_generation, created_at, expires_at, last_used_at, address, user_agent)
  values ($1, $2, $3, 0, $4, $5, $4, $6, $7)`;
