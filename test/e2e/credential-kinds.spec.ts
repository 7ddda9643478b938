import { type CredentialKind, credentialKinds } from '#libs/credentials';
import type { Organization } from '#libs/users';
import { recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, verificationOf } from '../support/papers';
import { image, pdf } from '../support/sample-files';
import { sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

/** What holds for credentials of each kind there is, also of those that come after this was written. */
describe.each(credentialKinds().map((kind) => [kind.name, kind] as const))('a credential of the kind %s', (_, kind) => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let asOwner: HttpClient;
  let asColleague: HttpClient;
  let asKari: HttpClient;
  let asOla: HttpClient;
  let asStranger: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
    asColleague = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    asKari = await app.as(await app.given.person({ organization, role: 'office-employee' }));
    asOla = await app.as(await app.given.person({ organization, role: 'admin' }));
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    asStranger = await app.as(await app.given.person({ organization: elsewhere, role: 'admin' }));
  });
  afterAll(() => app.close());

  /** The owner's, or somebody else's. */
  const record = async (uploadId: string | null = null, whose = { person: owner, client: asOwner }) => {
    const made = await recorded(app, kind.path, whose, uploadId);
    return { ...made, entry: await verificationOf(app, made.id) };
  };

  const queued = async (query: string): Promise<string[]> => {
    const { items } = (await asKari.get(`${CREW}/queue?limit=1000&${query}`)).body;
    return items.map(({ targetId }: { targetId: string }) => targetId);
  };

  it('waits in the queue: for everybody when contract C knows its kind, else for who asks for it', async () => {
    const { id } = await record();
    expect((await queued('')).includes(id)).toBe(kind.isInContract);
    expect(await queued('all_kinds=true')).toContain(id);
    expect(await queued(`target_type=${kind.name}`)).toContain(id);
    const other = credentialKinds().find(({ name }) => name !== kind.name)?.name;
    expect(await queued(`target_type=${other}`)).not.toContain(id);
  });

  it('counts in the summary and the state of a profile only as contract C knows its kind', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const { id } = await record(null, { person, client });
    const { state, items } = (await client.get(`${CREW}/users/${person.uuid}/verification`)).body;
    const roster = (await asKari.get(`${CREW}/roster?limit=1000`)).body.items as {
      id: string;
      verificationState: string;
    }[];
    const told = roster.find((entry) => entry.id === person.uuid)?.verificationState;
    expect([state, told]).toEqual(kind.isInContract ? ['in_review', 'in_review'] : ['incomplete', 'incomplete']);
    expect(items.map(({ targetId }: { targetId: string }) => targetId)).toEqual(kind.isInContract ? [id] : []);
  });

  it('lies on the desk with its file, is decided there once, and the tag of what was read decides', async () => {
    const uploadId = await sendReadyFile(app, asOwner, pdf());
    const { id, path, entry } = await record(uploadId);
    const desk = await asKari.get(`${CREW}/queue/${entry}`);
    expect(desk.body).toMatchObject({
      targetType: kind.name,
      targetId: id,
      status: 'pending',
      person: { id: owner.uuid },
      current: { number: 1, file: { id: uploadId, status: 'ready' }, decision: null },
    });
    const tag = { 'if-match': desk.headers.get('etag') ?? '' };
    const verified = await asKari.post(`${path}/verify`, ORIGINAL_SEEN, tag);
    expect(verified.body).toMatchObject({ targetType: kind.name, targetId: id, status: 'verified' });
    expectProblem(await asOla.post(`${path}/reject`, { reason: 'Late.' }), 409, 'already_decided');
    expectProblem(await asOla.post(`${path}/verify`, ORIGINAL_SEEN, tag), 409, 'already_decided');
    expect((await asOwner.get(`${path}/verification`)).body.status).toBe('verified');
    expect(await queued('all_kinds=true')).not.toContain(id);
  });

  it('is not decided by the person it belongs to', async () => {
    const staff = await app.given.person({ organization, role: 'office-admin' });
    const client = await app.as(staff);
    const { path } = await record(null, { person: staff, client });
    expectProblem(await client.post(`${path}/verify`, ORIGINAL_SEEN), 403, 'own_credential');
  });

  it('tells of what was sent in and why it came back, also once it is sent in again', async () => {
    const { path, change } = await record();
    await asKari.post(`${path}/reject`, { reason: 'The name is cut off.' });
    expect((await change(await sendReadyFile(app, asOwner, await image('png')))).status).toBe(200);
    const submissions = (await asOwner.get(`${path}/submissions`)).body;
    expect(submissions.map(({ number, decision }: { number: number; decision: object }) => [number, decision])).toEqual(
      [
        [2, null],
        [1, expect.objectContaining({ outcome: 'rejected', reason: 'The name is cut off.' })],
      ],
    );
    const { body } = await asOwner.get(`${path}/verification`);
    expect(body).toMatchObject({ status: 'pending', rejectionReason: null, reviewedAt: null });
  });

  it('gives its file to its owner and to staff, who are recorded as readers, and to nobody else', async () => {
    const { id, path } = await record(await sendReadyFile(app, asOwner, pdf()));
    const readers = async () => {
      const { items } = (await asOla.get(`/api/v1/shared/audit?action=file.read&target_id=${id}`)).body;
      return items.length;
    };
    for (const client of [asOwner, asKari]) {
      const { url } = (await client.get(`${path}/download`)).body;
      expect((await fetch(url)).status).toBe(200);
      expect((await client.get(`${path}/file`)).body.downloadUrl).toEqual(expect.any(String));
    }
    expect(await readers()).toBe(4);
    for (const client of [asColleague, asStranger]) {
      for (const last of ['', '/download', '/file', '/verification', '/submissions']) {
        expectProblem(await client.get(path + last), 404, kind.errors.notFound.code);
      }
    }
    expect(await readers()).toBe(4);
    const { items } = (await asOwner.get('/api/v1/shared/users/me/file-reads?limit=100')).body;
    expect(items).toContainEqual(expect.objectContaining({ targetType: kind.name, targetId: id }));
  });

  it('is reached with a key of its own scope, and with no other', async () => {
    const { path } = await record();
    const keyed = async (scopes: string[]) => {
      const { secret } = created(await asOla.post('/api/v1/shared/api-keys', { name: 'Planning', scopes }));
      return app.anonymous.get(path, { authorization: `Bearer ${secret}` });
    };
    expect((await keyed([`${kind.path}:read`])).status).toBe(200);
    const others = credentialKinds().filter(({ name }) => name !== kind.name);
    expectProblem(await keyed(others.map((other) => `${other.path}:read`)), 403, 'scope_missing');
  });

  it('with a file that another one has names it, if contract C speaks of both or of neither', async () => {
    const file = await image('webp');
    const first = await record(await sendReadyFile(app, asOwner, file));
    const { entry } = await record(await sendReadyFile(app, asOwner, file));
    expect((await asKari.get(`${CREW}/queue/${entry}`)).body.duplicateOf).toEqual({
      targetType: kind.name,
      targetId: first.id,
    });
    for (const other of credentialKinds().filter(({ name }) => name !== kind.name)) {
      const uploadId = await sendReadyFile(app, asOwner, file);
      const { id } = await recorded(app, other.path, { person: owner, client: asOwner }, uploadId);
      const { duplicateOf } = (await asKari.get(`${CREW}/queue/${await verificationOf(app, id)}`)).body;
      expect(duplicateOf?.targetId === first.id).toBe(other.isInContract === kind.isInContract);
    }
  });

  it('once deleted is in no list, no queue and on nobody’s desk any more, but its history stays', async () => {
    const { id, entry, path } = await record();
    await remove(id);
    expectProblem(await asOwner.get(path), 404, kind.errors.notFound.code);
    expect(await queued('all_kinds=true')).not.toContain(id);
    expect((await asKari.get(`${CREW}/queue/${entry}`)).body).toMatchObject({ isWithdrawn: true });
    const { items } = (await asOla.get(`/api/v1/shared/audit?target_id=${id}`)).body;
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      `${kind.resource}.delete`,
      'verification.submit',
      `${kind.resource}.create`,
    ]);
  });

  async function remove(id: string): Promise<void> {
    expect((await asOwner.delete(await ownPath(id))).status).toBeLessThan(300);
  }

  /** Where its owner changes it: diplomas are contract D's. */
  async function ownPath(id: string): Promise<string> {
    if (kind.name !== 'diploma') return `${CREW}/${kind.path}/${id}`;
    const { diplomaId } = (await asOwner.get(`${CREW}/diplomas/${id}`)).body;
    return `${DIPLOMAS}/users/me/diplomas/${diplomaId}`;
  }
});

describe('the list of everybody’s credentials of a kind that has one', () => {
  const listed = credentialKinds().filter((kind): kind is CredentialKind => 'listPermission' in kind);

  it.each(listed.map((kind) => [kind.name, kind] as const))(
    '%s: finds by the person, page by page, and counts what it finds',
    async (_, kind) => {
      const app = await TestApp.start();
      try {
        const organization = await app.given.organization();
        const staff = await app.as(await app.given.person({ organization, role: 'office-employee' }));
        const [one, another] = [
          await app.given.person({ organization, role: 'crew-member' }),
          await app.given.person({ organization, role: 'crew-member' }),
        ];
        const wanted: string[] = [];
        for (let i = 0; i < 3; i += 1) wanted.push((await recorded(app, kind.path, { person: one, client: staff })).id);
        await recorded(app, kind.path, { person: another, client: staff });
        const found: string[] = [];
        let cursor = '';
        do {
          const page = await staff.get(`${CREW}/${kind.path}?search=${one.email}&limit=1&include_count=true${cursor}`);
          expect(page.body.totalCount).toBe(3);
          found.push(...page.body.items.map((item: Record<string, { id: string }>) => Object.values(item)[0]?.id));
          cursor = page.body.nextCursor ? `&cursor=${page.body.nextCursor}` : '';
        } while (cursor && found.length < 10);
        expect(found).toEqual(wanted);
      } finally {
        await app.close();
      }
    },
  );
});
