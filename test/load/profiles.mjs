// What is measured: each profile is a kind of request, asked for by many people at once. The goals are ratios to the reference server.

const CERTIFICATE = {
  certificateType: 'medical',
  certificateNumber: 'ENG1-2024-0917',
  issuingAuthority: 'Norwegian Maritime Authority',
  issueDate: '2024-05-02',
  expiryDate: '2029-05-01',
  notes: null,
};
/** What is verified has no file. */
const ORIGINAL_SEEN = { method: 'original_seen' };
const UPLOAD = { kind: 'certificate', mime: 'application/pdf', size: 482_113, filename: 'medical-2024.pdf' };

const get = (person, path) => ({ method: 'GET', path, headers: person.headers });
const send = (person, method, path, body) => ({
  method,
  path,
  headers: { ...person.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/**
 * `requests(people, i)`: what connection i asks for over and over. `once`: each request works one time only, so `targets` makes new ones
 * for every round and `requests` gets the connection's share of them.
 */
export const PROFILES = [
  {
    name: 'sign-in',
    title: 'Sign in',
    requests: ({ crew }, i) => [
      {
        method: 'POST',
        path: '/auth/v1/rs/login/credentials',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: crew[i].email, password: crew[i].password }),
      },
    ],
  },
  {
    name: 'create-certificate',
    title: 'Create a certificate',
    goal: { cpu: 1.5, throughput: 0.75 },
    requests: ({ crew }, i) => [send(crew[i], 'POST', `/api/v1/crew/users/${crew[i].uuid}/certificates`, CERTIFICATE)],
  },
  {
    name: 'list-certificates',
    title: "List a person's 20",
    goal: { cpu: 1.4, throughput: 0.8 },
    requests: ({ crew }, i) => [get(crew[i], `/api/v1/crew/users/${crew[i].uuid}/certificates?limit=20`)],
  },
  {
    name: 'get-certificate',
    title: 'Get one certificate',
    goal: { cpu: 1.4, throughput: 0.8 },
    requests: ({ crew }, i) => crew[i].certificates.map((id) => get(crew[i], `/api/v1/crew/certificates/${id}`)),
  },
  {
    name: 'update-certificate',
    title: 'Update a certificate',
    requests: ({ crew }, i) =>
      crew[i].certificates.flatMap((id) =>
        ['A-1', 'B-2'].map((certificateNumber) =>
          send(crew[i], 'PATCH', `/api/v1/crew/certificates/${id}`, { certificateNumber }),
        ),
      ),
  },
  {
    name: 'create-diploma',
    title: 'Create a diploma',
    goal: { cpu: 1.5, throughput: 0.75 },
    requests: ({ crew, titles }, i) => [
      send(crew[i], 'POST', '/users-organizations/v1/rs/users/me/diplomas', {
        titleId: titles[i % titles.length],
        obtainedAt: '2024-06-14T10:00:00Z',
      }),
    ],
  },
  {
    name: 'list-diplomas',
    title: 'List diplomas with `extend`',
    requests: ({ crew }, i) => [
      get(crew[i], '/users-organizations/v1/rs/users/me/diplomas?extend=presigned-url&extend=actions-info&pageSize=5'),
    ],
  },
  {
    name: 'queue',
    title: 'Queue, page of 50',
    goal: { cpu: 1.4, throughput: 0.9 },
    requests: ({ staff }, i) => [get(staff[i % staff.length], '/api/v1/crew/queue?limit=50')],
  },
  {
    name: 'roster',
    title: 'Roster, page of 50 with filters',
    goal: { cpu: 1.4, throughput: 0.8 },
    requests: ({ staff }, i) => [
      get(staff[i % staff.length], '/api/v1/crew/roster?limit=50&role=crew-member&state=active'),
    ],
  },
  {
    name: 'verify',
    title: 'Verify',
    goal: { throughput: 0.7 },
    once: true,
    targets: (database, organization, count) => pendingCertificates(database, organization, count),
    requests: ({ staff }, i, targets) =>
      targets.map((id) =>
        send(staff[i % staff.length], 'POST', `/api/v1/crew/certificates/${id}/verify`, ORIGINAL_SEEN),
      ),
  },
  {
    name: 'upload-intent',
    title: 'Announce an upload',
    requests: ({ crew }, i) => [send(crew[i], 'POST', '/api/v1/shared/uploads/intent', UPLOAD)],
  },
  {
    name: 'download-url',
    title: 'Download URL',
    requests: ({ crew }, i) => crew[i].withFile.map((id) => get(crew[i], `/api/v1/crew/certificates/${id}/download`)),
  },
  {
    name: 'mixed-day',
    title: 'Mixed day, 90 % reads',
    requests: (people, i) => {
      const of = (name) => PROFILES.find((profile) => profile.name === name).requests(people, i)[0];
      const reads = ['list-certificates', 'get-certificate', 'list-diplomas', 'queue', 'roster', 'download-url'];
      const day = Array.from({ length: 18 }, (_, n) => of(reads[n % reads.length]));
      return [...day, of('create-certificate'), of('upload-intent')];
    },
  },
];

/** New certificates that wait for review, as many as one round may use up. */
async function pendingCertificates(database, organization, count) {
  const { rows } = await database.query(
    `with fresh as materialized (
       select uuidv7() as id, uuidv7() as verification, uuidv7() as submission, uuid as person
       from (select id as uuid from accounts where email like 'crew%' order by id limit 100) p cross join generate_series(1, $2::int / 100)
     ), v as (
       insert into verifications (id, organization_id, user_uuid, target_type, target_id, subject, status, submission_number,
         submitted_at, created_at, updated_at)
       select verification, $1::bigint, person, 'certificate', id, 'medical', 'pending', 1, now(), now(), now() from fresh
     ), s as (
       insert into submissions (id, organization_id, verification_id, number, snapshot, submitted_by_user_uuid, submitted_at)
       select submission, $1::bigint, verification, 1, '{}', person, now() from fresh
     )
     insert into certificates (id, organization_id, user_uuid, certificate_type, uploaded_by_user_uuid, verification_id, created_at,
       updated_at)
     select id, $1::bigint, person, 'medical', person, verification, now(), now() from fresh returning id`,
    [organization, count],
  );
  return rows.map(({ id }) => id);
}
