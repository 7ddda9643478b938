import { setTimeout as sleep } from 'node:timers/promises';
import type { CredentialKind } from '#libs/credentials';
import { credentialKinds } from '#libs/credentials';
import { FileInspector } from '#libs/inspection';
import type { Organization } from '#libs/users';
import { recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { committedDocument, resolve, type Route, routesOf, type Schema } from '../support/openapi';
import { created, diplomaUuid, type Ids, verificationOf } from '../support/papers';
import { postForm } from '../support/post-form';
import { pdf } from '../support/sample-files';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const RS = '/users-organizations/v1/rs';
const KEYS = '/api/v1/shared/api-keys';
const UPLOADS = '/api/v1/shared/uploads';
const USERS = '/api/v1/shared/users';
const SCOPES = [
  'diplomas:read',
  'diplomas:write',
  'certificates:read',
  'identity-documents:read',
  'uploads:read',
  'uploads:write',
];
/** Rights that were looked at a moment ago are not looked at again; longer than that. */
const LONGER_THAN_A_MOMENT_MS = 150;

let app: TestApp;
let organization: Organization;
let admin: HttpClient;
let titleId: number;

beforeAll(async () => {
  app = await TestApp.start();
  organization = await app.given.organization();
  admin = await app.as(await app.given.person({ organization, role: 'admin' }));
  titleId = created(await admin.post(`${RS}/titles`, { name: 'Master Mariner' })).id;
});
afterAll(() => app.close());

interface Reader {
  person: Person;
  client: HttpClient;
  /** Their sign-in alone, also where `client` sends an API key. */
  signedIn: HttpClient;
  keyId?: string;
}

async function somebody(role: Person['role']): Promise<Reader> {
  const person = await app.given.person({ organization, role });
  const client = await app.as(person);
  return { person, client, signedIn: client };
}

async function withKey(reader: Reader, scopes: readonly string[] = SCOPES): Promise<Reader & { keyId: string }> {
  const { id, secret } = created(await admin.post(KEYS, { name: 'Planning', scopes }));
  const headers = { ...reader.signedIn.headers, authorization: `Bearer ${secret}` };
  return { ...reader, client: new HttpClient(app.url, headers), keyId: id };
}

const office = () => somebody('office-employee');
const crew = () => somebody('crew-member');
const signOut = ({ signedIn }: Reader) => signedIn.post('/auth/v1/rs/logout');
const deactivate = ({ person }: Reader) => admin.patch(`${USERS}/${person.uuid}`, { state: 'deactivated' });
const demote = ({ person }: Reader) => admin.patch(`${USERS}/${person.uuid}`, { role: 'crew-member' });

/** One of everything of somebody's that has a file, and what a path needs to name it. */
async function papersOf({ person, client }: Reader): Promise<Ids> {
  const file = async () => (await storedFile(app, person)).id;
  const uploadId = await file();
  const { diploma } = created(await client.post(`${RS}/users/me/diplomas`, { titleId, uploadId }));
  const others = await Promise.all(
    credentialKinds()
      .filter(({ name }) => name !== 'diploma')
      .map(async ({ path, parameter }) => [
        parameter,
        (await recorded(app, path, { person, client }, await file())).id,
      ]),
  );
  const uuid = await diplomaUuid(app, diploma.id);
  return {
    userId: person.id,
    user_id: person.uuid,
    diplomaId: diploma.id,
    diploma_id: uuid,
    upload_id: uploadId,
    verification_id: await verificationOf(app, uuid),
    ...Object.fromEntries(others),
  };
}

const document = committedDocument();
const LINK = /^(presignedUrl|downloadUrl|url)$/;

/** Does an answer carry a link to a file? A form that sends one is none. */
function hasLink(schema: Schema, seen: Schema[] = []): boolean {
  const whole = resolve(document, schema);
  if (seen.includes(whole) || whole === resolve(document, { $ref: '#/components/schemas/PresignedPostResponse' }))
    return false;
  const { properties = {}, items, anyOf = [] } = whole;
  const parts = [...Object.values(properties), ...anyOf, ...(items ? [items] : [])];
  return (
    Object.keys(properties).some((name) => LINK.test(name)) || parts.some((part) => hasLink(part, [...seen, whole]))
  );
}

/** Every route that hands out a link to somebody's file. */
const routes = routesOf(document).filter(({ operation: { responses } }) => {
  const media = responses['200']?.content?.['application/json'] ?? responses['201']?.content?.['application/json'];
  return media !== undefined && hasLink(media.schema);
});

function ask({ method, path }: Route, ids: Ids, { client }: Reader): Promise<Answer> {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
  const query = method === 'GET' && path.startsWith(RS) ? '?extend=presigned-url' : '';
  const body = method === 'POST' && path.startsWith(RS) ? { titleId, uploadId: ids['upload_id'] } : {};
  return client.send(method, address + query, method === 'GET' ? undefined : body);
}

/** Our own links in an answer; the storage's are good for minutes, whatever happens. */
function ownLinks({ text }: Answer): string[] {
  return text.match(/http[^"]*\/rs\/files\?token=[^"]*/g) ?? [];
}

const open = (link: string) => fetch(link, { redirect: 'manual' });

/** Without them the key still has what contract C gives to it alone. */
const THE_PERSON_BEHIND_A_KEY = 'the person behind an API key signs out';

/** Who is handed something, and how their right to it ends. */
const ENDS: readonly [string, (owner: Reader) => Promise<Reader>, (reader: Reader) => Promise<unknown>][] = [
  ['its owner signs out', async (owner) => owner, signOut],
  ['its owner is deactivated', async (owner) => owner, deactivate],
  ['somebody of the office signs out', office, signOut],
  ['somebody of the office is deactivated', office, deactivate],
  ['somebody of the office is demoted', office, demote],
  [THE_PERSON_BEHIND_A_KEY, async () => withKey(await office()), signOut],
  ['an API key is deleted', async () => withKey(await office()), ({ keyId }) => admin.delete(`${KEYS}/${keyId}`)],
  [
    'an API key loses its scopes',
    async () => withKey(await office()),
    ({ keyId }) => app.database.query(`update api_keys set scopes = '{}' where id = $1`, [keyId]),
  ],
];

describe('what is handed out to be used later', () => {
  it('is known: every route whose answer has a link to a file', () => {
    expect(routes.map(({ name }) => name).sort()).toEqual(
      [
        ...credentialKinds().flatMap(({ path, parameter }) =>
          ['download', 'file'].map((door) => `GET ${CREW}/${path}/{${parameter}}/${door}`),
        ),
        `GET ${CREW}/queue/{verification_id}`,
        `GET ${UPLOADS}/{upload_id}`,
        `GET ${RS}/users/{userId}/diplomas`,
        `GET ${RS}/users/{userId}/diplomas/{diplomaId}`,
        `PATCH ${RS}/users/{userId}/diplomas/{diplomaId}`,
        `POST ${UPLOADS}/{upload_id}/finalize`,
        `POST ${RS}/users/{userId}/diplomas`,
      ].sort(),
    );
  });

  it.each(ENDS)('is worth nothing once %s', async (what, readerFor, end) => {
    const owner = await crew();
    const ids = await papersOf(owner);
    const reader = await readerFor(owner);
    const answers = await Promise.all(routes.map((route) => ask(route, ids, reader)));
    const handedOut = answers.filter(({ status }) => status < 300);
    expect(handedOut.length).toBeGreaterThanOrEqual(routes.length - 1); // The desk is not the owner's, nor a key's.
    const links = answers.flatMap(ownLinks);
    expect(links.length).toBeGreaterThanOrEqual(4);
    for (const link of links) expect((await open(link)).status).toBe(302);

    await end(reader);
    const ended = what === THE_PERSON_BEHIND_A_KEY ? routes.filter(({ path }) => path.startsWith(RS)) : routes;
    for (const route of ended) {
      const { status } = await ask(route, ids, reader);
      expect({ route: route.name, isRefused: [401, 403, 404].includes(status) }).toEqual({
        route: route.name,
        isRefused: true,
      });
    }
    for (const link of links) expect([403, 404]).toContain((await open(link)).status);
    const storage = handedOut.flatMap(({ text }) => text.match(/http[^"]*\/storage\/objects\?[^"]*/g) ?? []);
    app.setNow(new Date(Date.now() + 16 * 60_000));
    for (const link of storage) expect((await open(link)).status).toBe(403);
    app.setNow(null);
  });

  it('is worth nothing once the paper is deleted', async () => {
    const owner = await crew();
    const ids = await papersOf(owner);
    const below = routes.filter(({ path }) => !path.startsWith(UPLOADS));
    const links = (await Promise.all(below.map((route) => ask(route, ids, owner)))).flatMap(ownLinks);
    const another = created(
      await owner.client.post(`${RS}/users/me/diplomas`, { titleId, uploadId: ids['upload_id'] }),
    );
    await owner.client.delete(`${RS}/users/me/diplomas/${ids['diplomaId']}`);
    for (const { name, path, parameter } of credentialKinds()) {
      if (name !== 'diploma') await owner.client.delete(`${CREW}/${path}/${ids[parameter]}`);
      for (const door of ['download', 'file']) {
        expectProblem(await owner.client.get(`${CREW}/${path}/${ids[parameter]}/${door}`), 404, `${name}_not_found`);
      }
    }
    // Of those for the diploma that was deleted; the file itself is still that of another one.
    const statuses = await Promise.all(links.map(async (link) => (await open(link)).status));
    expect(statuses.filter((status) => status === 404).length).toBeGreaterThanOrEqual(3);
    expect((await open(another.presignedUrl)).status).toBe(302);
  });

  it('opens a file that comes later only for somebody who may still read it then', async () => {
    const { bytes, filename: name, mime: mimeType } = pdf();
    const attachment = { name, mimeType, size: bytes.length };
    const readers: string[] = [];
    for (const end of [signOut, deactivate, demote]) {
      const [owner, reader] = [await crew(), await office()];
      const path = `${RS}/users/${owner.person.id}/diplomas`;
      const { presignedUrl, upload } = created(await reader.client.post(path, { titleId, attachment }));
      expect((await open(presignedUrl)).status).toBe(404);
      await end(reader);
      expect((await postForm(upload, bytes, name, mimeType)).status).toBe(204);
      expect([403, 404]).toContain((await open(presignedUrl)).status);
      readers.push(reader.person.uuid);
    }
    const reads = await app.database.query(
      `select from audit_records where action = 'file.read' and actor_uuid = any($1)`,
      [readers],
    );
    expect(reads).toHaveLength(0);
  });

  it('is the file of that moment: another one in its place is opened by the link that came with it', async () => {
    const owner = await crew();
    const { diplomaId } = await papersOf(owner);
    const path = `${RS}/users/me/diplomas/${diplomaId}`;
    const before = (await owner.client.patch(path, {})).body.presignedUrl as string;
    const { id: uploadId } = await storedFile(app, owner.person);
    const after = (await owner.client.patch(path, { uploadId })).body.presignedUrl as string;
    expect([(await open(before)).status, (await open(after)).status]).toEqual([404, 302]);
    await owner.client.patch(path, { uploadId: null });
    expect((await open(after)).status).toBe(404);
  });

  it('without an upload opens nothing, also when the diploma gets a file', async () => {
    const owner = await crew();
    const { diploma, presignedUrl } = created(await owner.client.post(`${RS}/users/me/diplomas`, { titleId }));
    expect((await open(presignedUrl)).status).toBe(404);
    const { id: uploadId } = await storedFile(app, owner.person);
    const patched = await owner.client.patch(`${RS}/users/me/diplomas/${diploma.id}`, { uploadId });
    expect([(await open(presignedUrl)).status, (await open(patched.body.presignedUrl)).status]).toEqual([404, 302]);
  });
});

describe('a request that waits', () => {
  it.each(['the link of a diploma', 'the download of a certificate'])(
    'for the checks of a file is refused when its right has gone meanwhile: %s',
    async (what) => {
      const reader = await office();
      const owner = await crew();
      const release = holdChecks();
      try {
        const { bytes, filename: name, mime } = pdf();
        const { uploadId, link } = await sent(owner, reader, { bytes, name, mime });
        const path = `${CREW}/users/${owner.person.uuid}/certificates`;
        const { id } = created(await owner.client.post(path, { certificateType: 'other', uploadId }));
        const waiting = what.includes('diploma')
          ? open(link)
          : reader.client.get(`${CREW}/certificates/${id}/download`);
        await sleep(LONGER_THAN_A_MOMENT_MS);
        await signOut(reader);
        release();
        expect([401, 403, 404, 503]).toContain((await waiting).status);
      } finally {
        release();
      }
    },
  );

  const CHANGES = credentialKinds().flatMap((kind) =>
    ['PATCH', 'DELETE', 'verify', 'reject'].map((verb) => [verb, kind.name, kind] as const),
  );

  it.each(CHANGES)('for a lock does not change by a right that has gone: %s of %s', async (verb, _, kind) => {
    const owner = await crew();
    const ids = await papersOf(owner);
    for (const [end, status] of [
      [demote, 403],
      [signOut, 401],
    ] as const) {
      const reader = await office();
      const before = await stateOf(kind, ids);
      const answer = await heldUp(
        app,
        `select from verifications where target_id = $1 for update`,
        [ids[kind.parameter]],
        async (waiting) => {
          const asked = change(verb, kind, ids, reader);
          await waiting(1);
          await sleep(LONGER_THAN_A_MOMENT_MS);
          await end(reader);
          return { asked };
        },
      ).then(({ asked }) => asked);
      expect(answer.status).toBe(status);
      expect(await stateOf(kind, ids)).toEqual(before);
    }
  });

  it.each(['a member', 'the organisation', 'a title', 'an invitation', 'an API key'])(
    'for a lock does not change %s for somebody who has been signed out meanwhile',
    async (what) => {
      const boss = await somebody('admin');
      const { person } = await crew();
      const guest = {
        email: `${person.uuid}@example.org`,
        role: 'crew-member',
        firstName: 'Zoé',
        lastName: 'Lemaître',
      };
      const invitation = created(await boss.client.post('/api/v1/shared/invitations', guest));
      const key = created(await boss.client.post(KEYS, { name: 'Planning', scopes: SCOPES }));
      const ofOrganization = [
        'organizations',
        organization.id,
        '/api/v1/shared/organization',
        { name: 'Taken' },
      ] as const;
      const [table, id, path, change] =
        {
          'a member': ['organizations', organization.id, `${USERS}/${person.uuid}`, { firstName: 'Taken' }] as const,
          'the organisation': ofOrganization,
          'a title': ['titles', titleId, `${RS}/titles/${titleId}`, { name: 'Taken' }] as const,
          'an API key': ['api_keys', key.id, `${KEYS}/${key.id}`, null] as const,
          'an invitation': ['invitations', invitation.id, `/api/v1/shared/invitations/${invitation.id}`, null] as const,
        }[what] ?? ofOrganization;
      const lock = `select from ${table} where id = $1 for no key update`;
      const { asked } = await heldUp(app, lock, [id], async (waiting) => {
        const asking = change ? boss.client.patch(path, change) : boss.client.delete(path);
        await waiting(1);
        await sleep(LONGER_THAN_A_MOMENT_MS);
        await signOut(boss);
        return { asked: asking };
      });
      expectProblem(await asked, 401, 'not_signed_in');
      const after = await admin.get(path);
      expect(after.status).toBe(200);
      expect(after.text).not.toContain('Taken');
    },
  );

  it('is answered again only with the rights that it was first sent with', async () => {
    const [owner, reader] = [await crew(), await office()];
    const path = `${CREW}/users/${owner.person.uuid}/certificates`;
    const post = () =>
      reader.client.post(path, { certificateType: 'other' }, { 'idempotency-key': reader.person.uuid });
    created(await post());
    expect((await post()).headers.get('idempotency-replayed')).toBe('true');
    await demote(reader);
    expectProblem(await post(), 422, 'idempotency_key_reused');
  });

  /** A diploma's file that has arrived, and the link to it that the reader was handed. */
  async function sent(owner: Reader, reader: Reader, file: { bytes: Buffer<ArrayBuffer>; name: string; mime: string }) {
    const attachment = { name: file.name, mimeType: file.mime, size: file.bytes.length };
    const { presignedUrl, upload } = created(
      await reader.client.post(`${RS}/users/${owner.person.id}/diplomas`, { titleId, attachment }),
    );
    await postForm(upload, file.bytes, file.name, file.mime);
    await owner.client.post(`${UPLOADS}/${upload.uploadId}/finalize`);
    return { uploadId: upload.uploadId as string, link: presignedUrl as string };
  }

  function change(verb: string, kind: CredentialKind, ids: Ids, { client }: Reader): Promise<Answer> {
    const reviewed = `${CREW}/${kind.path}/${ids[kind.parameter]}`;
    const path = kind.name === 'diploma' ? `${RS}/users/${ids['userId']}/diplomas/${ids['diplomaId']}` : reviewed;
    if (verb === 'PATCH') return client.patch(path, { uploadId: null });
    if (verb === 'DELETE') return client.delete(path);
    return client.post(`${reviewed}/${verb}`, verb === 'reject' ? { reason: 'Torn.' } : undefined);
  }

  async function stateOf(kind: CredentialKind, ids: Ids): Promise<unknown> {
    return app.database.query(
      `select c.deleted_at, c.upload_id, v.status, v.revision from ${kind.plural} c join verifications v on v.id = c.verification_id
       where v.target_id = $1`,
      [ids[kind.parameter]],
    );
  }
});

describe('a file', () => {
  const certificate = (by: Reader, person: Person, uploadId: string) =>
    by.client.post(`${CREW}/users/${person.uuid}/certificates`, { certificateType: 'other', uploadId });

  it('that the office sent for somebody stays theirs when its sender is demoted, also of a deleted paper', async () => {
    const [sender, owner] = [await office(), await crew()];
    const { id: uploadId } = await storedFile(app, sender.person);
    const { id } = created(await certificate(sender, owner.person, uploadId));
    expect((await sender.client.get(`${UPLOADS}/${uploadId}`)).status).toBe(200);
    await demote(sender);
    const expectTheirs = async () => {
      expectProblem(await sender.client.get(`${UPLOADS}/${uploadId}`), 404, 'upload_not_found');
      expectProblem(await sender.client.post(`${UPLOADS}/${uploadId}/finalize`), 404, 'upload_not_found');
      expectProblem(await certificate(sender, sender.person, uploadId), 422, 'upload_not_usable', 'uploadId');
      expectProblem(
        await sender.client.post(`${RS}/users/me/diplomas`, { titleId, uploadId }),
        422,
        'upload_not_usable',
      );
      expect((await owner.client.get(`${UPLOADS}/${uploadId}`)).status).toBe(200);
    };
    await expectTheirs();
    expect((await owner.client.delete(`${CREW}/certificates/${id}`)).status).toBe(204);
    await expectTheirs();
    created(await certificate(owner, owner.person, uploadId));
  });

  it('of somebody’s papers is nobody else’s, whoever attaches it and in whatever way', async () => {
    const [clerk, owner, other] = [await office(), await crew(), await crew()];
    const { id: uploadId } = await storedFile(app, clerk.person);
    created(await certificate(clerk, owner.person, uploadId));
    const { id: own } = await storedFile(app, owner.person);
    const ids = await papersOf(other);
    for (const file of [uploadId, own]) {
      expectProblem(await certificate(clerk, other.person, file), 422, 'upload_not_usable');
      expectProblem(
        await clerk.client.patch(`${CREW}/certificates/${ids['certificate_id']}`, { uploadId: file }),
        422,
        'upload_not_usable',
      );
      const diploma = `${RS}/users/${other.person.id}/diplomas`;
      expectProblem(await clerk.client.post(diploma, { titleId, uploadId: file }), 422, 'upload_not_usable');
      expectProblem(
        await clerk.client.patch(`${diploma}/${ids['diplomaId']}`, { uploadId: file }),
        422,
        'upload_not_usable',
      );
    }
  });

  it('that the office sent and no paper has yet is not its sender’s own', async () => {
    const sender = await office();
    const { id } = await storedFile(app, sender.person);
    await demote(sender);
    expectProblem(await sender.client.get(`${UPLOADS}/${id}`), 404, 'upload_not_found');
    expectProblem(await certificate(sender, sender.person, id), 422, 'upload_not_usable');
  });

  it('that two give to different people at once goes to one of them', async () => {
    const [clerk, first, second] = [await office(), await crew(), await crew()];
    const { id: uploadId } = await storedFile(app, clerk.person);
    const lock = 'select from uploads where id = $1 for update';
    const answers = await heldUp(app, lock, [uploadId], async (waiting) => {
      const asked = [first, second].map(({ person }) => certificate(clerk, person, uploadId));
      await waiting(2);
      return { asked };
    }).then(({ asked }) => Promise.all(asked));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  it('whose paper is refused in the end is still nobody’s: it and its paper are kept together or not at all', async () => {
    const [clerk, first, second] = [await office(), await crew(), await crew()];
    const content = Buffer.from('twice');
    const { id: known } = await storedFile(app, first.person, { content });
    created(await certificate(first, first.person, known));
    const { id: uploadId } = await storedFile(app, clerk.person, { content });
    await admin.patch('/api/v1/shared/organization', { duplicatePolicy: 'refuse' });
    expectProblem(await certificate(clerk, first.person, uploadId), 409, 'duplicate_file');
    await admin.patch('/api/v1/shared/organization', { duplicatePolicy: 'warn' });
    created(await certificate(clerk, second.person, uploadId));
    expectProblem(await certificate(clerk, first.person, uploadId), 422, 'upload_not_usable');
  });

  it('that was announced with a diploma is its person’s, also when the office records it', async () => {
    const [clerk, owner] = [await office(), await crew()];
    const attachment = { name: 'a.pdf', mimeType: 'application/pdf', size: 10 };
    const path = `${RS}/users/${owner.person.id}/diplomas`;
    const { upload } = created(await clerk.client.post(path, { titleId, attachment }));
    await demote(clerk);
    expectProblem(await clerk.client.get(`${UPLOADS}/${upload.uploadId}`), 404, 'upload_not_found');
    expect((await owner.client.get(`${UPLOADS}/${upload.uploadId}`)).body.status).toBe('pending');
  });
});

describe('an API key that may write and not read', () => {
  it('is given a link that opens what its own request wrote, and nothing else', async () => {
    const { client, keyId } = await withKey(await office(), ['diplomas:write', 'uploads:write']);
    const owner = await crew();
    const path = `${RS}/users/${owner.person.id}/diplomas`;
    const { bytes, filename: name, mime: mimeType } = pdf();
    const attachment = { name, mimeType, size: bytes.length };
    const { diploma, presignedUrl, upload } = created(await client.post(path, { titleId, attachment }));
    expect((await postForm(upload, bytes, name, mimeType)).status).toBe(204);
    expect((await client.post(`${UPLOADS}/${upload.uploadId}/finalize`)).status).toBe(200);
    expect((await fetch(presignedUrl)).status).toBe(200);
    const { id: uploadId } = await storedFile(app, owner.person);
    expect((await owner.client.patch(`${RS}/users/me/diplomas/${diploma.id}`, { uploadId })).status).toBe(200);
    expect((await open(presignedUrl)).status).toBe(404);
    const second = created(await client.post(path, { titleId, attachment }));
    await admin.delete(`${KEYS}/${keyId}`);
    await postForm(second.upload, bytes, name, mimeType);
    expect((await open(second.presignedUrl)).status).toBe(403);
  });

  it('attaches what was announced with it; anything else is as unusable as what does not exist', async () => {
    const { client } = await withKey(await office(), ['certificates:write', 'uploads:write']);
    const owner = await crew();
    const { id: foreign } = await storedFile(app, owner.person);
    const path = `${CREW}/users/${owner.person.uuid}/certificates`;
    const attach = (uploadId: string) => client.post(path, { certificateType: 'other', uploadId });
    const unknown = await attach('01939a5e-6f0c-7c3a-9d53-2f6b8f1c0a11');
    const refused = await attach(foreign);
    expectProblem(refused, 422, 'upload_not_usable', 'uploadId');
    expect({ ...refused.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    const { bytes, filename, mime } = pdf();
    const intent = created(
      await client.post(`${UPLOADS}/intent`, { kind: 'scan', mime, filename, size: bytes.length }),
    );
    await postForm(intent.presignedPost, bytes, filename, mime);
    expect((await client.post(`${UPLOADS}/${intent.uploadId}/finalize`)).status).toBe(200);
    created(await attach(intent.uploadId));
  });

  it('is told before anything is compared that it lacks a scope, whatever it names', async () => {
    const { client } = await withKey(await office(), [
      'certificates:write',
      'diplomas:write',
      'identity-documents:write',
    ]);
    const ids = await papersOf(await crew());
    const changed = routesOf(document).filter(({ operation }) => operation['x-shows']);
    expect(changed.length).toBeGreaterThanOrEqual(4);
    for (const { method, path } of changed) {
      const texts = ['*', '"stale"'].map(async (tag) => {
        const address = path.replace(/\{(\w+)\}/g, (_, name: string) => String(ids[name]));
        const answer = await client.send(method, address, method === 'DELETE' ? undefined : {}, { 'if-match': tag });
        expectProblem(answer, 403, 'scope_missing');
        expect(answer.body.detail).toMatch(/s:write and .*s:read/);
        expect(answer.headers.get('www-authenticate')).toMatch(/scope=".*s:write .*s:read"/);
        return answer.body.detail as string;
      });
      expect(new Set(await Promise.all(texts)).size).toBe(1);
    }
  });

  it('is not told which paper of a kind that it may not read has the same file', async () => {
    const owner = await crew();
    const content = Buffer.from('the same');
    const [first, second] = await Promise.all([0, 1].map(() => storedFile(app, owner.person, { content })));
    const { diploma } = created(await owner.client.post(`${RS}/users/me/diplomas`, { titleId, uploadId: first?.id }));
    const path = `${CREW}/users/${owner.person.uuid}/certificates`;
    const { id } = created(await owner.client.post(path, { certificateType: 'other', uploadId: second?.id }));
    const existing = { targetType: 'diploma', targetId: await diplomaUuid(app, diploma.id) };
    for (const [scopes, told] of [
      [['certificates:read'], { targetType: null, targetId: null }],
      [['certificates:read', 'diplomas:read'], existing],
    ] as const) {
      const { client } = await withKey(await office(), [...scopes, 'queue:read']);
      expect((await client.get(`${CREW}/certificates/${id}`)).body.duplicateOf).toEqual(told);
      const queue = await client.get(`${CREW}/queue?user_id=${owner.person.uuid}&limit=100`);
      const entry = queue.body.items.find(({ targetId }: { targetId: string }) => targetId === id);
      expect(entry.duplicateOf).toEqual(told);
    }
  });

  it('of one kind does not read what was sent in of another', async () => {
    const ids = await papersOf(await crew());
    const { client } = await withKey(await office(), ['certificates:read', 'queue:read']);
    for (const { name, path, parameter } of credentialKinds()) {
      const answer = await client.get(`${CREW}/${path}/${ids[parameter]}/submissions`);
      if (name === 'certificate') expect(answer.status).toBe(200);
      else expectProblem(answer, 403, 'scope_missing');
    }
  });
});

describe('the files of an older version', () => {
  it('get the person whose paper they are as their owner; what is shared or left over is told', async () => {
    const old = await TestApp.start({ environment: { RUN_WORKER: 'false' }, isTrailChecked: false });
    try {
      const home = await old.given.organization();
      const [clerk, kari, ola] = (await Promise.all(
        (['office-employee', 'crew-member', 'crew-member'] as const).map((role) =>
          old.given.person({ organization: home, role }),
        ),
      )) as [Person, Person, Person];
      const asClerk = await old.as(clerk);
      const file = async (sender: Person) => (await storedFile(old, sender)).id;
      const [forKari, shared, free, own] = [await file(clerk), await file(clerk), await file(clerk), await file(kari)];
      const paper = (person: Person, uploadId: string) =>
        asClerk.post(`${CREW}/users/${person.uuid}/certificates`, { certificateType: 'other', uploadId });
      created(await paper(kari, forKari));
      created(await paper(kari, shared));
      created(await paper(kari, own));
      const migration = old.database.migrations.find(({ name }) => name?.startsWith('OwnersOfFiles'));
      const runner = old.database.createQueryRunner();
      const told: string[] = [];
      const listening = (await runner.connect()) as {
        on(event: 'notice', hear: (notice: { message: string }) => void): void;
      };
      listening.on('notice', ({ message }) => told.push(message));
      await runner.startTransaction();
      await migration?.down(runner);
      // What the version before let happen: the clerk was demoted and took a file as their own; the same file is also Ola's.
      await runner.query(`update memberships set role = 'crew-member' where user_uuid = $1`, [clerk.uuid]);
      await runner.query(
        `insert into certificates select (json_populate_record(c, json_build_object('id', gen_random_uuid(), 'user_uuid', who, 'created_at', now() + interval '1 hour'))).*
         from certificates c, unnest($2::uuid[]) who where c.upload_id = $1`,
        [shared, [clerk.uuid, ola.uuid]],
      );
      await migration?.up(runner);
      await runner.commitTransaction();
      await runner.release();
      const owners = await old.database.query<object[]>(
        'select id, owner_user_uuid as owner, sent_by_office as office from uploads order by array_position($1::uuid[], id)',
        [[forKari, shared, free, own]],
      );
      expect(owners).toEqual([
        { id: forKari, owner: kari.uuid, office: false },
        { id: shared, owner: kari.uuid, office: false },
        { id: free, owner: null, office: true },
        { id: own, owner: null, office: false },
      ]);
      expect(told).toEqual([
        `upload ${shared} is the file of papers of several people: it belongs to the one who had it first`,
        `upload ${free} of no paper was sent by former staff: only staff can use it now`,
      ]);
      for (const id of [forKari, shared, free]) {
        expectProblem(await asClerk.get(`${UPLOADS}/${id}`), 404, 'upload_not_found');
      }
      const asKari = await old.as(kari);
      for (const id of [forKari, shared, own]) expect((await asKari.get(`${UPLOADS}/${id}`)).status).toBe(200);
    } finally {
      await old.close();
    }
  });
});

/** Files arrive and are not looked into before the answer is called. */
function holdChecks(): () => void {
  const inspector = app.app.get(FileInspector);
  const { inspect } = inspector;
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  inspector.inspect = async (...given) => {
    await released;
    return inspect.apply(inspector, given);
  };
  return () => {
    release();
    inspector.inspect = inspect;
  };
}
