// Every read of openapi.json as `npm run bench -- --scale` asks for it: with each filter, and far down the long lists.
import { RARE_NAME, RARE_TYPE } from './data.mjs';
import { signEverybodyIn } from './people.mjs';

/** People, papers and files that are asked for, spread over all there are; the same few at each size, so that they are in memory. */
const SAMPLES = 24;
const DEEP_PAGE = 10_000;
const PAGE = 50;

const CREW = '/api/v1/crew';
const SHARED = '/api/v1/shared';
const DIPLOMAS = '/users-organizations/v1/rs';

/** What the requests below need to know of one registry. */
export async function lookAround(registry) {
  const { database, organization } = registry;
  await makeRoom(registry);
  const { staff, crew } = await signEverybodyIn(registry, organization, 4);
  const query = async (statement, ...values) => (await database.query(statement, values)).rows;
  const people = await query(
    `select u.uuid, u.id, (select m.id from memberships m where m.user_uuid = u.uuid) as membership
     from generate_series(1, $2::int) n join accounts a on a.email = 'crew' || (1 + (n * 7919) % $1::int) || '@bench.example.org' join users u on u.uuid = a.id`,
    registry.people,
    SAMPLES,
  );
  for (const person of people) {
    person.certificates = await query(
      'select id, upload_id, verification_id from certificates where user_uuid = $1',
      person.uuid,
    );
    person.verification = person.certificates[0].verification_id;
  }
  const diplomas = await query(
    `select d.id, d.uuid, d.user_uuid, u.id as person from diplomas d join users u on u.uuid = d.user_uuid order by d.id limit $1`,
    SAMPLES,
  );
  const admin = staff[0];
  const [title] = await query('select id from titles order by id limit 1');
  const key = await apiKeyOf(registry, admin);
  const [invitation] = await query('select id from invitations limit 1');
  const [{ newest }] = await query(
    'select max(at) as newest from audit_records where organization_id = $1',
    organization,
  );
  const row = async (statement) =>
    (await query(`${statement} offset $2 limit 1`, organization, (DEEP_PAGE - 1) * PAGE - 1))[0];
  const cursor = (found, ...names) =>
    found &&
    Buffer.from(JSON.stringify(names.map((name) => found[name].toISOString?.() ?? found[name]))).toString('base64url');
  const deep = {
    queue: cursor(
      await row(`select submitted_at, id from verifications
        where organization_id = $1 and status = 'pending' and withdrawn_at is null order by submitted_at, id`),
      'submitted_at',
      'id',
    ),
    members: cursor(await row('select id from memberships where organization_id = $1 order by id desc'), 'id'),
    audit: cursor(
      await row('select at, id from audit_records where organization_id = $1 order by at desc, id desc'),
      'at',
      'id',
    ),
  };
  return {
    admin,
    crew,
    people,
    diplomas,
    title: title.id,
    key,
    invitation: invitation.id,
    newest,
    deep,
  };
}

/** Rows that would have expired in a registry that is kept, and as many invitations as a hundredth of the people. */
async function makeRoom({ database, organization, people }) {
  await database.query('delete from invitations');
  await database.query(
    `insert into invitations (id, organization_id, email, first_name, last_name, role, invited_by_user_uuid, created_at, expires_at)
     select uuidv7(), $1, 'invited' || n || '@bench.example.org', 'Invited', 'Person' || n, 'crew-member', uuid, now(),
            now() + interval '7 days'
     from generate_series(1, $2::int) n, users where email = 'staff1@bench.example.org'`,
    [organization, Math.max(20, people / 100)],
  );
  await database.query('analyze invitations');
}

async function apiKeyOf({ product, database }, admin) {
  const { rows } = await database.query('select id from api_keys where expires_at is null limit 1');
  if (rows.length > 0) return rows[0].id;
  const answer = await fetch(`${product.url}${SHARED}/api-keys`, {
    method: 'POST',
    headers: { ...admin.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Bench', scopes: ['certificates:read'] }),
  });
  if (answer.status !== 201) throw new Error(await answer.text());
  return (await answer.json()).id;
}

const at = (list, i) => list[i % list.length];
const days = (from, count) => new Date(from.getTime() - count * 86_400_000).toISOString();

/** `path(world, i)` is what the i-th request asks for, undefined where there is none; asked by the admin unless `own` names somebody else. */
export const READS = [
  // A person's papers.
  read("A person's certificates", ({ people }, i) => `${CREW}/users/${at(people, i).uuid}/certificates`),
  read(
    '... of one type',
    ({ people }, i) => `${CREW}/users/${at(people, i).uuid}/certificates?certificate_type=medical`,
  ),
  read('... expired', ({ people }, i) => `${CREW}/users/${at(people, i).uuid}/certificates?status=expired`),
  read(
    '... verified',
    ({ people }, i) => `${CREW}/users/${at(people, i).uuid}/certificates?verification_status=verified`,
  ),
  read('One certificate', ({ people }, i) => `${CREW}/certificates/${certificate(people, i)}`),
  read('... its submissions', ({ people }, i) => `${CREW}/certificates/${certificate(people, i)}/submissions`),
  read('... its review', ({ people }, i) => `${CREW}/certificates/${certificate(people, i)}/verification`),
  read('... its file', ({ people }, i) => `${CREW}/certificates/${fileOf(people, i).id}/download`),
  read('... where its file is', ({ people }, i) => `${CREW}/certificates/${fileOf(people, i).id}/file`),
  read("A person's summary", ({ people }, i) => `${CREW}/users/${at(people, i).uuid}/verification`),
  read(
    "A person's diplomas, for reviewers",
    ({ diplomas }, i) => `${CREW}/users/${at(diplomas, i).user_uuid}/diplomas`,
  ),
  read("A person's diplomas", ({ diplomas }, i) => `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas`),
  read(
    '... with all extensions',
    ({ diplomas }, i) =>
      `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas?extend=presigned-url&extend=actions-info&extend=verification`,
  ),
  read(
    '... of one title',
    ({ diplomas, title }, i) => `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas?whereTitleId=${title}`,
  ),
  read(
    '... by name of title',
    ({ diplomas }, i) => `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas?whereTitleName=le%203`,
  ),
  read(
    '... by name of file',
    ({ diplomas }, i) => `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas?whereAttachmentName=scan`,
  ),
  read('... counted', ({ diplomas }, i) => `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas?includeCount=true`),
  read(
    'One diploma',
    ({ diplomas }, i) => `${DIPLOMAS}/users/${at(diplomas, i).person}/diplomas/${at(diplomas, i).id}`,
  ),
  read('... for its reviewer', ({ diplomas }, i) => `${CREW}/diplomas/${at(diplomas, i).uuid}`),
  read('... its submissions', ({ diplomas }, i) => `${CREW}/diplomas/${at(diplomas, i).uuid}/submissions`),
  read('... its review', ({ diplomas }, i) => `${CREW}/diplomas/${at(diplomas, i).uuid}/verification`),
  read('An upload', ({ people }, i) => `${SHARED}/uploads/${fileOf(people, i).upload_id}`),
  read('Who read my papers', () => `${SHARED}/users/me/file-reads`, {
    own: ({ crew }, i) => at(crew, i),
  }),

  // What waits for review.
  read('Queue', () => `${CREW}/queue?limit=${PAGE}`),
  read('... page 10,000', ({ deep }) => deep.queue && `${CREW}/queue?limit=${PAGE}&cursor=${deep.queue}`, {
    like: 'Queue',
  }),
  read('... certificates', () => `${CREW}/queue?target_type=certificate`),
  read('... diplomas, far away', () => `${CREW}/queue?target_type=diploma`),
  read('... of a frequent type', () => `${CREW}/queue?subject=medical`),
  read('... of a rare type', () => `${CREW}/queue?subject=${RARE_TYPE}`),
  read('... of a rare type of certificate', () => `${CREW}/queue?target_type=certificate&subject=${RARE_TYPE}`),
  read('... of one person', ({ people }, i) => `${CREW}/queue?user_id=${at(people, i).uuid}`),
  read(
    '... that came in on some days',
    ({ newest }) => `${CREW}/queue?submitted_after=${days(newest, 900)}&submitted_before=${days(newest, 600)}`,
  ),
  read('... that I claimed', () => `${CREW}/queue?claimed=me`),
  read('... that nobody claimed', () => `${CREW}/queue?claimed=nobody`),
  read('... by a frequent name', () => `${CREW}/queue?search=hansen`),
  read('... by a rare name', () => `${CREW}/queue?search=${RARE_NAME.toLowerCase()}`),
  read('... by a name that nobody has', () => `${CREW}/queue?search=zwqx`),
  read('... counted', () => `${CREW}/queue?include_count=true`, {
    isCount: true,
  }),
  read('One entry of the queue', ({ people }, i) => `${CREW}/queue/${at(people, i).verification}`),

  // Everybody.
  ...members('Roster', `${CREW}/roster`),
  ...['incomplete', 'in_review', 'action_needed', 'approved'].map((state) =>
    read(`... ${state}`, () => `${CREW}/roster?verification_state=${state}`),
  ),
  read('... approved office admins', () => `${CREW}/roster?verification_state=approved&role=office-admin`),
  read('... approved, deactivated', () => `${CREW}/roster?verification_state=approved&state=deactivated`),
  ...members('Users', `${SHARED}/users`),
  read('One user', ({ people }, i) => `${SHARED}/users/${at(people, i).uuid}`),
  read('... signed in where', ({ people }, i) => `${SHARED}/users/${at(people, i).uuid}/sessions`),

  // The trail.
  read('Audit', () => `${SHARED}/audit?limit=${PAGE}`),
  read('... page 10,000', ({ deep }) => deep.audit && `${SHARED}/audit?limit=${PAGE}&cursor=${deep.audit}`, {
    like: 'Audit',
  }),
  read('... of one person', ({ people }, i) => `${SHARED}/audit?user_id=${at(people, i).uuid}`),
  read(
    '... of one person, one action',
    ({ people }, i) => `${SHARED}/audit?user_id=${at(people, i).uuid}&action=certificate.create`,
  ),
  read(
    '... of one target',
    ({ people }, i) => `${SHARED}/audit?target_type=certificate&target_id=${certificate(people, i)}`,
  ),
  read('... of a frequent kind of target', () => `${SHARED}/audit?target_type=certificate`),
  read('... of a rare kind of target', () => `${SHARED}/audit?target_type=title`),
  read('... by a busy person', ({ admin }) => `${SHARED}/audit?actor_id=${admin.uuid}`),
  read(
    '... by a busy person, a rare action',
    ({ admin }) => `${SHARED}/audit?actor_id=${admin.uuid}&action=title.create`,
  ),
  read('... a frequent action', () => `${SHARED}/audit?action=certificate.create`),
  read('... a rare action', () => `${SHARED}/audit?action=title.create`),
  read('... an action that never was', () => `${SHARED}/audit?action=organization.delete`),
  read('... of some days', ({ newest }) => `${SHARED}/audit?from=${days(newest, 900)}&to=${days(newest, 600)}`),
  read(
    '... an action on some days',
    ({ newest }) => `${SHARED}/audit?action=certificate.create&from=${days(newest, 900)}&to=${days(newest, 600)}`,
  ),
  read('... counted', () => `${SHARED}/audit?include_count=true`, {
    isCount: true,
  }),

  // The organisation and oneself.
  read('Invitations', () => `${SHARED}/invitations`),
  read('... by an e-mail address', () => `${SHARED}/invitations?search=invited3%40`),
  read('One invitation', ({ invitation }) => `${SHARED}/invitations/${invitation}`),
  read('Titles', () => `${DIPLOMAS}/titles`),
  read('... by name', () => `${DIPLOMAS}/titles?whereName=le%201`),
  read('One title', ({ title }) => `${DIPLOMAS}/titles/${title}`),
  read('API keys', () => `${SHARED}/api-keys`),
  read('One API key', ({ key }) => `${SHARED}/api-keys/${key}`),
  read('The organisation', () => `${SHARED}/organization`),
  read('My profile', () => `${SHARED}/users/me`),
  read('My session', () => `${SHARED}/users/me/session`),
  read('My sessions', () => `${SHARED}/users/me/sessions`),
  read('My organisations', () => `${SHARED}/users/me/memberships`),
];

function members(title, path) {
  return [
    read(title, () => `${path}?limit=${PAGE}`),
    read('... page 10,000', ({ deep }) => deep.members && `${path}?limit=${PAGE}&cursor=${deep.members}`, {
      like: title,
    }),
    read('... of a frequent role', () => `${path}?role=crew-member`),
    read('... of a rare role', () => `${path}?role=office-admin`),
    read('... deactivated', () => `${path}?state=deactivated`),
    read('... deactivated office admins', () => `${path}?role=office-admin&state=deactivated`),
    read('... by a frequent name', () => `${path}?search=hansen`),
    read('... by a rare name', () => `${path}?search=${RARE_NAME.toLowerCase()}`),
    read('... by an e-mail address', (_, i) => `${path}?search=crew${1 + (i % 10)}%40`),
    read('... by a name that nobody has', () => `${path}?search=zwqx`),
    read('... counted', () => `${path}?include_count=true`, { isCount: true }),
  ];
}

function read(title, path, { own = ({ admin }) => admin, like, isCount = false } = {}) {
  return { title, path, own, like, isCount };
}

const certificate = (people, i) => at(at(people, i).certificates, i).id;

const fileOf = (people, i) => at(people, i).certificates.find(({ upload_id }) => upload_id !== null);
