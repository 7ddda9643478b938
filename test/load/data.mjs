// The rows of a measurement, made by PostgreSQL itself: one organisation with people and their papers.
import argon2 from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';

/** Of every person of a measurement; made up for each run. */
export const PASSWORD = randomBytes(12).toString('base64url');

/** `uuidv7(interval)` of PostgreSQL 18 makes an id of another moment, so that ids and times agree as in the product. */
const AGE = `make_interval(secs => -60 * (1 + $COUNT - n))`;

/**
 * Fills the empty registry: `people` crew members and twenty staff, `certificates` spread evenly over the crew, half of them waiting
 * for review, and five diplomas for each of the first thousand.
 */
export async function fill(database, { people, certificates, onProgress = () => undefined }) {
  const passwordHash = await argon2.hash(PASSWORD, { algorithm: 2 });
  const client = await database.connect();
  try {
    // Foreign keys and triggers are checked row by row; these rows are right by how they are made.
    await client.query(`set session_replication_role = replica`);
    await client.query(`
      insert into organizations (uuid, name, time_zone, language, expiring_soon_days, upload_quota_bytes, created_at, updated_at)
      values (uuidv7(), 'Bench Crewing', 'Europe/Oslo', 'en', 90, 1000000000000, now(), now())`);
    const { rows } = await client.query('select id from organizations');
    const organization = rows[0].id;
    await client.query(
      `insert into users (uuid, email, first_name, last_name, password_hash, created_at, updated_at)
       select uuidv7(), case when n <= 20 then 'staff' || n else 'crew' || (n - 20) end || '@bench.example.org', 'First' || n,
              'Last' || n, $2, now(), now()
       from generate_series(1, $1::int + 20) n`,
      [people, passwordHash],
    );
    await client.query(
      `insert into memberships (id, organization_id, user_uuid, role, state, created_at, updated_at)
       select uuidv7(), $1, uuid, case when email like 'staff%' then 'office-admin' else 'crew-member' end, 'active', now(), now()
       from users order by id`,
      [organization],
    );
    await client.query(
      `insert into titles (organization_id, name, created_at, updated_at)
       select $1, 'Title ' || n, now(), now() from generate_series(1, 20) n`,
      [organization],
    );
    await addCertificates(client, organization, { people, certificates, onProgress });
    await addDiplomas(client, organization, Math.min(people, 1000));
    await client.query('set session_replication_role = origin');
    await client.query('vacuum (analyze)');
    return organization;
  } finally {
    client.release();
  }
}

const BATCH = 200_000;

async function addCertificates(client, organization, { people, certificates, onProgress }) {
  await client.query(`create temp table crew as
    select row_number() over (order by id) as number, uuid from users where email like 'crew%'`);
  await client.query('create unique index on crew (number)');
  for (let from = 1; from <= certificates; from += BATCH) {
    const to = Math.min(certificates, from + BATCH - 1);
    await client.query(
      `with fresh as materialized (
         select n, uuidv7(${AGE.replace('$COUNT', '$4::int')}) as id, uuidv7(${AGE.replace('$COUNT', '$4::int')}) as verification,
                uuidv7() as submission, c.uuid as person, date_trunc('milliseconds', now() + ${AGE.replace('$COUNT', '$4::int')}) as at,
                (array['medical', 'deck_certificate', 'stcw_basic_safety', 'gmdss_endorsement'])[1 + n % 4] as type,
                (array['pending', 'verified'])[1 + n % 2] as status
         from generate_series($1::int, $2::int) n join crew c on c.number = 1 + n % $3::int
       ), v as (
         insert into verifications (id, organization_id, user_uuid, target_type, target_id, subject, status, submission_number,
           submitted_at, reviewed_at, created_at, updated_at)
         select verification, $5::bigint, person, 'certificate', id, type, status, 1, at,
                case when status = 'verified' then at end, at, at
         from fresh
       ), s as (
         insert into submissions (id, organization_id, verification_id, number, snapshot, submitted_by_user_uuid, submitted_at)
         select submission, $5::bigint, verification, 1, jsonb_build_object('certificateType', type, 'certificateNumber', 'N' || n),
                person, at
         from fresh
       ), a as (
         insert into audit_records (id, organization_id, at, actor_kind, actor_uuid, action, target_type, target_id, details,
           subject_user_uuid, changes)
         select id, $5::bigint, at, 'person', person, 'certificate.create', 'certificate', id::text, '{}', person, '{}' from fresh
       )
       insert into certificates (id, organization_id, user_uuid, certificate_type, certificate_number, issuing_authority, issue_date,
         expiry_date, uploaded_by_user_uuid, verification_id, created_at, updated_at)
       select id, $5::bigint, person, type, 'N' || n, 'Norwegian Maritime Authority', '2024-05-02',
              date '2026-01-01' + n % 2000, person, verification, at, at
       from fresh`,
      [from, to, people, certificates, organization],
    );
    onProgress(to / certificates);
  }
  await client.query('drop table crew');
}

async function addDiplomas(client, organization, people) {
  await client.query(
    `with fresh as materialized (
       select uuidv7() as uuid, uuidv7() as verification, uuidv7() as submission, u.uuid as person, t.id as title, t.name
       from (select uuid from users where email like 'crew%' order by id limit $2) u
       cross join (select id, name from titles order by id limit 5) t
     ), v as (
       insert into verifications (id, organization_id, user_uuid, target_type, target_id, subject, status, submission_number,
         submitted_at, created_at, updated_at)
       select verification, $1::bigint, person, 'diploma', uuid, name, 'pending', 1, now(), now(), now() from fresh
     ), s as (
       insert into submissions (id, organization_id, verification_id, number, snapshot, submitted_by_user_uuid, submitted_at)
       select submission, $1::bigint, verification, 1, jsonb_build_object('titleId', title), person, now() from fresh
     )
     insert into diplomas (uuid, organization_id, user_uuid, title_id, verification_id, obtained_at, created_at, updated_at)
     select uuid, $1::bigint, person, title, verification, '2024-06-14T10:00:00Z', now(), now() from fresh`,
    [organization, people],
  );
}

/** Gives certificates a small file that is ready, for the profiles that hand out links. */
export async function attachFiles(database, organization, count) {
  await database.query(
    `with chosen as (select id, user_uuid, uuidv7() as upload from certificates where organization_id = $1 order by id limit $2),
     u as (
       insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename,
         object_key, sha256, expires_at, created_at, updated_at)
       select upload, $1, user_uuid, 'certificate', 'ready', 'application/pdf', 1000, 'scan.pdf',
              'files/' || $1 || '/' || upload || '/' || upload, repeat('a', 64), now(), now(), now()
       from chosen
     )
     update certificates c set upload_id = chosen.upload from chosen where c.id = chosen.id`,
    [organization, count],
  );
}
