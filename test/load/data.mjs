// The rows of a measurement, made by PostgreSQL itself: one organisation with people and their papers.
import argon2 from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

/** Of every person of a measurement who signs in; made up for each run. */
export const PASSWORD = randomBytes(12).toString('base64url');

const FIRST_NAMES = `array['Anna','Berit','Carlos','Dmitri','Eva','Farid','Grete','Hassan','Ines','Jonas','Karin','Luis','Marta','Nils',
  'Olga','Per','Rosa','Stig','Tuva','Uwe']`;
const LAST_NAMES = `array['Aas','Berg','Costa','Dahl','Eide','Fonseca','Garcia','Hansen','Ivanov','Johansen','Kumar','Larsen','Moen',
  'Novak','Olsen','Pereira','Reyes','Santos','Thorsen','Vik']`;

/** Papers come in over ten years, whatever their number. `uuidv7(interval)` of PostgreSQL 18 makes the id of that moment. */
const AGE = `interval '10 years' * ((n - 1 - $4::int) / $4::float)`;

/**
 * Every fifth person has just sent all papers in; of a hundred, two had their latest one rejected, and two announced a file that never came.
 * The rest is verified.
 */
const STATUS = `case when c.number % 5 = 0 then 'pending'
  when n > $4::int - $3::int and c.number % 100 in (41, 42) then 'rejected'
  when n > $4::int - $3::int and c.number % 100 in (43, 44) then 'not_submitted'
  else 'verified' end`;

/** The latest 300 are of a type of their own: what is rare and far away is what a list without the right index is slow to find. */
export const RARE_TYPE = 'flag_certificate';
const TYPE = `case when n > $4::int - 300 then '${RARE_TYPE}'
  else (array['medical', 'deck_certificate', 'stcw_basic_safety', 'gmdss_endorsement'])[1 + n / 7 % 4] end`;

/** Ten of the first people, in an organisation of any size. */
export const RARE_NAME = 'Ravnsborg';

/** Kept until all rows are there: an index is built much faster than it grows. Those of constraints stay. */
const INDEXES = `
  select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
  from pg_index join pg_class on oid = indexrelid
  where relnamespace = 'public'::regnamespace and not exists (select from pg_constraint where conindid = indexrelid)`;

const BATCH = 100_000;

/**
 * Fills the empty registry: `people` crew members and twenty staff, `certificates` spread evenly over the crew, each with its review and
 * two records of the trail, a ready file for each person's first, and five diplomas for a tenth of the people (a thousand at least).
 */
export async function fill(database, { people, certificates, onProgress = () => undefined }) {
  const client = await database.connect();
  try {
    // Foreign keys and triggers are checked row by row; these rows are right by how they are made.
    await client.query(`set session_replication_role = replica`);
    await client.query(`set synchronous_commit = off`);
    await client.query(`set maintenance_work_mem = '512MB'`);
    const { rows: indexes } = await client.query(INDEXES);
    for (const { name } of indexes) await client.query(`drop index ${name}`);
    const organization = await addOrganization(client);
    await addPeople(client, organization, people);
    await addCertificates(client, organization, { people, certificates, onProgress });
    await addDiplomas(client, organization, Math.min(people, Math.max(1000, Math.round(people / 10))));
    for (const { name, definition } of indexes) {
      onProgress(1, name);
      await client.query(definition);
    }
    onProgress(1, 'vacuum');
    await client.query('set session_replication_role = origin');
    await client.query('select recount_profiles()');
    await client.query('vacuum (analyze)');
    // What the filling has left to be written is nobody's request.
    await client.query('checkpoint');
    return organization;
  } finally {
    client.release();
  }
}

/** Lets those who are to sign in do so with this run's password: `pattern` is of their addresses. */
export async function setPassword(database, emails) {
  const hash = await argon2.hash(PASSWORD, { algorithm: 2 });
  await database.query('update accounts set password_hash = $1 where email = any($2)', [hash, emails]);
}

/** Makes these people members of a new organisation instead of theirs. Answers its id. */
export async function moveToNewOrganization(database, emails) {
  const organization = await addOrganization(database);
  await database.query('update memberships set organization_id = $1 where email = any($2)', [organization, emails]);
  return organization;
}

async function addOrganization(client) {
  const { rows } = await client.query(`
    insert into organizations (uuid, name, time_zone, language, expiring_soon_days, upload_quota_bytes, created_at, updated_at)
    values (uuidv7(), 'Bench Crewing', 'Europe/Oslo', 'en', 90, 1000000000000000, now(), now()) returning id`);
  const [{ id }] = rows;
  await client.query(
    `insert into titles (organization_id, name, created_at, updated_at)
     select $1, 'Title ' || n, now(), now() from generate_series(1, 20) n`,
    [id],
  );
  return id;
}

/** Of a hundred crew members two are deactivated. Each person has a session that has ended. */
async function addPeople(client, organization, people) {
  await client.query(
    `insert into users (uuid, created_at, updated_at) select uuidv7(), now(), now() from generate_series(1, $1::int + 20)`,
    [people],
  );
  await client.query(
    `insert into accounts (id, email, password_hash, proved_at, created_at, updated_at)
     select uuid, case when id <= 20 then 'staff' || id else 'crew' || (id - 20) end || '@bench.example.org', 'none', now(), now(), now()
     from users order by id`,
  );
  await client.query(
    `insert into memberships (id, organization_id, user_uuid, account_id, email, first_name, last_name, role, state, created_at, updated_at)
     select uuidv7(), $1, u.uuid, a.id, a.email, (${FIRST_NAMES})[1 + u.id % 20],
            case when u.id between 121 and 130 then '${RARE_NAME}' else (${LAST_NAMES})[1 + u.id / 20 % 20] end,
            case when u.id = 1 then 'admin' when a.email like 'staff%' then 'office-admin' else 'crew-member' end,
            case when u.id % 100 in (65, 66) then 'deactivated' else 'active' end, now(), now()
     from users u join accounts a on a.id = u.uuid order by u.id`,
    [organization],
  );
  await client.query(
    `insert into sessions (id, user_uuid, membership_id, refresh_generation, created_at, expires_at, ended_at)
     select uuidv7(), user_uuid, id, 1, now(), now(), now() from memberships`,
  );
  await client.query(`create temp table crew as
    select row_number() over (order by u.id) as number, u.uuid from users u join accounts a on a.id = u.uuid where a.email like 'crew%'`);
  await client.query('create unique index on crew (number)');
  await client.query('analyze crew');
}

async function addCertificates(client, organization, { people, certificates, onProgress }) {
  const { rows: staff } = await client.query(
    `select id as uuid from accounts where email = 'staff1@bench.example.org'`,
  );
  // The oldest of the trail, and few.
  await client.query(
    `insert into audit_records (id, organization_id, at, actor_kind, actor_uuid, action, target_type, target_id, details, changes)
     select uuidv7(interval '-11 years'), $1::bigint, now() - interval '11 years', 'person', $2, 'title.create', 'title', n::text, '{}', '{}'
     from generate_series(1, 60) n`,
    [organization, staff[0].uuid],
  );
  for (let from = 1; from <= certificates; from += BATCH) {
    const to = Math.min(certificates, from + BATCH - 1);
    await client.query(
      `with fresh as materialized (
         select n, uuidv7(${AGE}) as id, uuidv7(${AGE}) as verification, uuidv7(${AGE}) as submission, c.uuid as person,
                date_trunc('milliseconds', now() + ${AGE}) as at, ${TYPE} as type, ${STATUS} as status,
                case when n <= $3::int then uuidv7(${AGE}) end as upload, encode(sha256(n::text::bytea), 'hex') as sha256
         from generate_series($1::int, $2::int) n join crew c on c.number = 1 + n % $3::int
       ), u as (
         insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename,
           object_key, sha256, derivatives_prefix, expires_at, created_at, updated_at)
         select upload, $5::bigint, person, 'certificate', 'ready', 'application/pdf', 1000, 'scan.pdf',
                'files/' || $5::bigint || '/' || upload || '/' || upload, sha256, 'derived/' || $5::bigint || '/' || upload || '/' || upload || '/', at, at, at
         from fresh where upload is not null
       ), v as (
         insert into verifications (id, organization_id, user_uuid, target_type, target_id, subject, status, submission_number,
           submitted_at, rejection_reason, reviewed_at, created_at, updated_at)
         select verification, $5::bigint, person, 'certificate', id, type, status, (status <> 'not_submitted')::int,
                case when status <> 'not_submitted' then at end, case when status = 'rejected' then 'Not readable' end,
                case when status in ('verified', 'rejected') then at end, at, at
         from fresh
       ), s as (
         insert into submissions (id, organization_id, verification_id, number, snapshot, upload_id, file_sha256,
           submitted_by_user_uuid, submitted_at)
         select submission, $5::bigint, verification, 1, jsonb_build_object('certificateType', type, 'certificateNumber', 'N' || n),
                upload, case when upload is not null then sha256 end, person, at
         from fresh where status <> 'not_submitted'
       ), a as (
         insert into audit_records (id, organization_id, at, actor_kind, actor_uuid, action, target_type, target_id, details,
           subject_user_uuid, changes)
         select id, $5::bigint, at, 'person', person, 'certificate.create', 'certificate', id::text, '{}'::jsonb, person,
                case when upload is null then '{"expiryDate": null}' else
                  jsonb_build_object('uploadId', jsonb_build_object('before', null, 'after', upload)) end
         from fresh
         union all
         select verification, $5::bigint, at, 'person', case when status = 'pending' then person else $6::uuid end,
                case when status = 'pending' then 'verification.submit' else 'verification.verify' end, 'certificate', id::text, '{}',
                person, '{}'
         from fresh
       ), p as (
         insert into audit_personal_values (audit_record_id, field, person_uuid, before, after)
         select id, 'certificateNumber', person, null, 'N' || n from fresh where n % 10 = 0
       )
       insert into certificates (id, organization_id, user_uuid, certificate_type, certificate_number, issuing_authority, issue_date,
         expiry_date, upload_id, uploaded_by_user_uuid, verification_id, created_at, updated_at)
       select id, $5::bigint, person, type, 'N' || n, 'Norwegian Maritime Authority', '2024-05-02',
              date '2026-01-01' + n % 2000, upload, person, verification, at, at
       from fresh`,
      [from, to, people, certificates, organization, staff[0].uuid],
    );
    onProgress(to / certificates);
  }
}

async function addDiplomas(client, organization, people) {
  await client.query(
    `with fresh as materialized (
       select uuidv7() as uuid, uuidv7() as verification, uuidv7() as submission, c.uuid as person, t.id as title, t.name,
              case when c.number % 5 = 0 then 'pending' else 'verified' end as status
       from (select uuid, number from crew where number <= $2) c
       cross join (select id, name from titles order by id limit 5) t
     ), v as (
       insert into verifications (id, organization_id, user_uuid, target_type, target_id, subject, status, submission_number,
         submitted_at, reviewed_at, created_at, updated_at)
       select verification, $1::bigint, person, 'diploma', uuid, name, status, 1, now(), case when status = 'verified' then now() end, now(),
              now()
       from fresh
     ), s as (
       insert into submissions (id, organization_id, verification_id, number, snapshot, submitted_by_user_uuid, submitted_at)
       select submission, $1::bigint, verification, 1, jsonb_build_object('titleId', title), person, now() from fresh
     )
     insert into diplomas (uuid, organization_id, user_uuid, title_id, verification_id, obtained_at, created_at, updated_at)
     select uuid, $1::bigint, person, title, verification, '2024-06-14T10:00:00Z', now(), now() from fresh`,
    [organization, people],
  );
}
