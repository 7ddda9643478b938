import type { MigrationInterface, QueryRunner } from 'typeorm';

interface Told {
  text: string;
}

interface Obtained {
  id: string;
  obtained_at: string;
  time_zone: string;
}

/** Every change of somebody's name that the trail has; without `before` where it does not say from what (an older version, an erasure). */
const RENAMES = `
  create temporary table renames as
  select r.target_id::uuid as user_uuid, r.at, f.field, p.before
  from audit_records r
  cross join (values ('firstName'), ('lastName')) f (field)
  left join audit_personal_values p on p.audit_record_id = r.id and p.field = f.field
  where r.action in ('profile.update', 'membership.update') and r.target_type = 'user'
    and (r.changes ? f.field or r.subject_user_uuid is null);
  create index on renames (user_uuid, field, at);
  analyze renames`;

/** What a person was called at a time: as now, unless they were renamed later; null where that is not known. */
function nameAt(verification: string, time: string): string {
  const part = (field: string, column: string) => `
    case when exists (select from renames r where r.user_uuid = ${verification}.user_uuid and r.field = '${field}' and r.at > ${time})
      then (select r.before from renames r
            where r.user_uuid = ${verification}.user_uuid and r.field = '${field}' and r.at > ${time} order by r.at limit 1)
      else (select m.${column} from member_directory m
            where m.organization_id = ${verification}.organization_id and m.user_uuid = ${verification}.user_uuid) end`;
  return `${part('firstName', 'first_name')} || ' ' || ${part('lastName', 'last_name')}`;
}

const NAME_VERIFIED = `
  update verifications v set verified_name = ${nameAt('v', `coalesce(v.reviewed_at, '-infinity')`)}
  where v.status = 'verified' and v.verified_name is null`;

const VERIFIED_OTHERWISE = `
  select format('person %s: %s papers were verified under an earlier name', v.user_uuid, count(*)) as text
  from verifications v join member_directory m on m.organization_id = v.organization_id and m.user_uuid = v.user_uuid
  where v.status = 'verified' and lower(v.verified_name) <> lower(m.first_name || ' ' || m.last_name)
  group by v.user_uuid order by v.user_uuid`;

const NOT_KNOWN = `
  select format('person %s: under which name %s papers were verified is not recorded', user_uuid, count(*)) as text
  from verifications where status = 'verified' and verified_name is null group by user_uuid order by user_uuid`;

/** A file that came late was sent in under the title's name of that time. */
const SENT_TITLES = `
  update verifications v set subject = s.snapshot ->> 'titleName'
  from submissions s
  where v.target_type = 'diploma' and v.status <> 'not_submitted' and s.verification_id = v.id and s.number = v.submission_number
    and length(s.snapshot ->> 'titleName') between 1 and 200 and s.snapshot ->> 'titleName' <> v.subject`;

const RENAMED_TITLES = `
  select format('title %s was renamed: %s diplomas show the name that they were sent in with', t.id, count(*)) as text
  from titles t join diplomas d on d.title_id = t.id join verifications v on v.id = d.verification_id
  where v.subject <> t.name group by t.id order by t.id`;

const OBTAINED = `
  select d.id::text as id, to_char(d.obtained_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as obtained_at, o.time_zone
  from diplomas d join organizations o on o.id = d.organization_id
  where d.obtained_day is null and extract(epoch from d.obtained_at)::numeric % 86400 <> 0`;

/** Its time only once it is known to be one. */
const SENT_IN = `
  select s.id::text as id, s.snapshot ->> 'obtainedAt' as obtained_at, o.time_zone
  from verifications v
  join submissions s on s.verification_id = v.id
  join organizations o on o.id = v.organization_id
  where v.target_type = 'diploma' and not s.snapshot ? 'obtainedOn'
    and s.snapshot ->> 'obtainedAt' ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:00\\.000Z$' and s.snapshot ->> 'obtainedAt' not like '%T00:00:00.000Z'`;

const NAME_WAITING = `
  update submissions s set snapshot = s.snapshot || jsonb_build_object('holderName', ${nameAt('v', 's.submitted_at')})
  from verifications v
  where v.status = 'pending' and s.verification_id = v.id and s.number = v.submission_number and not s.snapshot ? 'holderName'`;

/**
 * What is known of reviews from before names and days were part of what is sent in (ADR 0019):
 * - the name under which each verified credential was verified, from the trail, or none where the trail does not say it;
 * - of what waits for a decision the name under which it was sent in;
 * - of diplomas the title's name that they were sent in with, whatever the title is called now;
 * - of diplomas whose time is the beginning of a day where the organisation is, that day: the console sent them so.
 * Snapshots are never changed; here names and days are added to them, once. What was filled in, and what could not be, is told as warnings, by ids.
 */
export class OlderReviews1795917600001 implements MigrationInterface {
  name = 'OlderReviews1795917600001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RENAMES);
    await runner.query(NAME_VERIFIED);
    await runner.query(SENT_TITLES);
    const obtained = (await runner.query(OBTAINED)) as Obtained[];
    const diplomas = daysOf(obtained);
    await runner.query(
      `update diplomas d set obtained_day = n.day from unnest($1::bigint[], $2::date[]) as n (id, day) where d.id = n.id`,
      [diplomas.map(({ id }) => id), diplomas.map(({ day }) => day)],
    );
    // From here on nobody else sends anything in: last, so that it is short.
    await runner.query('alter table submissions disable trigger submissions_are_final');
    const sent = daysOf((await runner.query(SENT_IN)) as Obtained[]);
    await runner.query(
      `update submissions s set snapshot = s.snapshot || jsonb_build_object('obtainedOn', n.day)
       from unnest($1::uuid[], $2::text[]) as n (id, day) where s.id = n.id`,
      [sent.map(({ id }) => id), sent.map(({ day }) => day)],
    );
    await runner.query(NAME_WAITING);
    await runner.query('alter table submissions enable trigger submissions_are_final');
    await runner.query('drop table renames');
    for (const what of [VERIFIED_OTHERWISE, NOT_KNOWN, RENAMED_TITLES]) {
      for (const { text } of (await runner.query(what)) as Told[]) await warn(runner, text);
    }
    const others = obtained.filter(isReadElsewhere).length - diplomas.length;
    if (diplomas.length > 0)
      await warn(runner, `${diplomas.length} diplomas keep the day that their time began where the organisation is`);
    if (others > 0)
      await warn(
        runner,
        `${others} diplomas are of the day that their time is written with, and were shown as of another`,
      );
  }

  /** What was filled in goes with its columns. */
  async down(): Promise<void> {}
}

/** The console showed the day where the organisation is. */
function isReadElsewhere({ obtained_at: at, time_zone: zone }: Obtained): boolean {
  return dayIn(zone, new Date(at)) !== at.slice(0, 10);
}

function daysOf(rows: Obtained[]): { id: string; day: string }[] {
  return rows.flatMap(({ id, obtained_at: at, time_zone: zone }) => {
    const instant = new Date(at);
    if (Number.isNaN(instant.getTime())) return [];
    const day = dayIn(zone, instant);
    const isBeginning = dayIn(zone, new Date(instant.getTime() - 1)) !== day;
    return isBeginning && day !== instant.toISOString().slice(0, 10) ? [{ id, day }] : [];
  });
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Not by PostgreSQL, which does not know all the zones that Node knows. */
function dayIn(timeZone: string, instant: Date): string {
  let format = formats.get(timeZone);
  if (!format) formats.set(timeZone, (format = formatIn(timeZone)));
  return format.format(instant);
}

/** Where another Node knew the zone and this one does not, a day is the one that its time is written with. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone, ...parts });
  } catch {
    return new Intl.DateTimeFormat('en-CA', { timeZone: 'UTC', ...parts });
  }
}

/** In the log of PostgreSQL, and to the client. */
async function warn(runner: QueryRunner, text: string): Promise<void> {
  await runner.query(`do $$ begin raise warning '${text}'; end $$`);
}
