import { committedDocument, routesOf } from '../support/openapi';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const SHARED = '/api/v1/shared';
const RS = '/users-organizations/v1/rs';
const ROUNDS = 20;

const etagOf = (answer: Answer): string => {
  expect(answer.headers.get('etag')).toMatch(/^"[\w.-]+"$/);
  return answer.headers.get('etag') as string;
};
const ifMatch = (tag: string) => ({ 'if-match': tag });

describe('If-Match', () => {
  let app: TestApp;
  let person: Person;
  let employee: Person;
  let crew: HttpClient;
  let office: HttpClient;
  let admin: HttpClient;
  let titleId: number;

  beforeAll(async () => {
    app = await TestApp.start();
    const organization = await app.given.organization();
    person = await app.given.person({ organization, role: 'crew-member' });
    employee = await app.given.person({ organization, role: 'office-employee' });
    crew = await app.as(person);
    office = await app.as(employee);
    admin = await app.as(await app.given.person({ organization, role: 'admin' }));
    titleId = (await admin.post(`${RS}/titles`, { name: 'Master Mariner' })).body.id;
  });
  afterAll(() => app.close());

  const certificate = async (): Promise<string> => {
    const body = { certificateType: 'medical', certificateNumber: '1' };
    return `${CREW}/certificates/${(await crew.post(`${CREW}/users/${person.uuid}/certificates`, body)).body.id}`;
  };
  const diploma = async (): Promise<string> => {
    const { body } = await crew.post(`${RS}/users/me/diplomas`, { titleId });
    return `${RS}/users/me/diplomas/${body.diploma.id}`;
  };
  const reviewedDiploma = async (): Promise<string> => {
    const { body } = await crew.get(`${await diploma()}?extend=verification`);
    return `${CREW}/diplomas/${body.diploma.verification.targetId}`;
  };
  let counter = 0;
  const next = () => (counter += 1);
  const title = async (): Promise<string> =>
    `${RS}/titles/${(await admin.post(`${RS}/titles`, { name: `Title ${next()}` })).body.id}`;

  it('is documented on every route that changes or decides on a single resource, and no other', () => {
    const conditional = routesOf(committedDocument()).filter(({ operation }) =>
      operation.parameters?.some(({ name }) => name === 'If-Match'),
    );
    const changing = routesOf(committedDocument()).filter(
      ({ method, path }) => ['PATCH', 'DELETE'].includes(method) || /\/(verify|reject|reopen)$/.test(path),
    );
    const expected = changing.filter(({ name }) => UNCONDITIONAL[name] === undefined);
    expect(conditional.map(({ name }) => name).sort()).toEqual(expected.map(({ name }) => name).sort());
    for (const { operation } of conditional) expect(operation.responses['412']).toBeDefined();
  });

  it('has a tag to send on every single resource, the same from reading and from changing it', async () => {
    const intent = { kind: 'certificate', mime: 'application/pdf', size: 100, filename: 'a.pdf' };
    const upload = await crew.post(`${SHARED}/uploads/intent`, intent);
    etagOf(await crew.get(`${SHARED}/uploads/${upload.body.uploadId}`));
    const at = await certificate();
    const read = etagOf(await crew.get(at));
    expect(etagOf(await crew.get(`${at}/verification`))).toBe(read);
    expect(etagOf(await crew.patch(at, { notes: 'a' }))).toBe(etagOf(await crew.get(at)));
    const written = await crew.post(`${RS}/users/me/diplomas`, { titleId });
    const diplomaAt = `${RS}/users/me/diplomas/${written.body.diploma.id}`;
    expect(etagOf(await crew.get(diplomaAt))).toBe(etagOf(written));
    const reviewed = await reviewedDiploma();
    expect(etagOf(await office.get(`${reviewed}/verification`))).toBe(etagOf(await office.get(reviewed)));
    const titleAt = await title();
    expect(etagOf(await admin.patch(titleAt, { name: `Title ${next()}` }))).toBe(etagOf(await admin.get(titleAt)));
    const person1 = await admin.get(`${SHARED}/users/${person.uuid}`);
    expect(etagOf(await crew.get(`${SHARED}/users/me`))).toBe(etagOf(person1));
    expect(etagOf(await admin.patch(`${SHARED}/organization`, { expiringSoonDays: 80 }))).toBe(
      etagOf(await admin.get(`${SHARED}/organization`)),
    );
  });

  /** Something to change, who changes it, and two changes that differ. */
  const editable: [string, () => Promise<{ at: string; client: HttpClient; change: () => object }>][] = [
    [
      'the notes of a certificate',
      async () => ({ at: await certificate(), client: crew, change: () => ({ notes: `note ${next()}` }) }),
    ],
    [
      'the number of a certificate',
      async () => ({ at: await certificate(), client: crew, change: () => ({ certificateNumber: `${next()}` }) }),
    ],
    [
      'a diploma',
      async () => ({
        at: await diploma(),
        client: crew,
        change: () => ({ obtainedAt: new Date(1_600_000_000_000 + next() * 1000).toISOString() }),
      }),
    ],
    ['a title', async () => ({ at: await title(), client: admin, change: () => ({ name: `Title ${next()}` }) })],
    [
      'a person',
      async () => ({
        at: `${SHARED}/users/${person.uuid}`,
        client: admin,
        change: () => ({ firstName: `Kari ${next()}` }),
      }),
    ],
    [
      'a profile',
      async () => ({ at: `${SHARED}/users/me`, client: office, change: () => ({ lastName: `Nordmann ${next()}` }) }),
    ],
    [
      'an organisation',
      async () => ({
        at: `${SHARED}/organization`,
        client: admin,
        change: () => ({ name: `Northern Crewing ${next()}` }),
      }),
    ],
  ];

  describe.each(editable)('%s', (_, make) => {
    it('is changed with the tag that was read, and not with an older one', async () => {
      const { at, client, change } = await make();
      const first = etagOf(await client.get(at));
      const changed = await client.patch(at, change(), ifMatch(first));
      expect(changed.status).toBe(200);
      const second = etagOf(changed);
      expect(second).not.toBe(first);
      expectProblem(await client.patch(at, change(), ifMatch(first)), 412, 'changed_since_read');
      expectProblem(await client.patch(at, change(), ifMatch(`W/${second}`)), 412, 'changed_since_read');
      expect(etagOf(await client.get(at))).toBe(second);
      expect((await client.patch(at, change(), ifMatch(`"other", ${second}`))).status).toBe(200);
      expect((await client.patch(at, change(), ifMatch('*'))).status).toBe(200);
      expect((await client.patch(at, change())).status).toBe(200);
    });

    it(`changed twice at once: one 200, one 412, nothing merged, ${ROUNDS} times`, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { at, client, change } = await make();
        const tag = ifMatch(etagOf(await client.get(at)));
        const answers = await Promise.all([client.patch(at, change(), tag), client.patch(at, change(), tag)]);
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
        const winner = answers.find(({ status }) => status === 200) as Answer;
        expect(etagOf(await client.get(at))).toBe(etagOf(winner));
      }
    });
  });

  it('of two edits of different fields at once, the loser leaves no trace', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const at = await certificate();
      const tag = ifMatch(etagOf(await crew.get(at)));
      const changes = [{ notes: 'from one' }, { certificateNumber: 'from the other' }];
      const answers = await Promise.all(changes.map((change) => crew.patch(at, change, tag)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
      const { notes, certificateNumber } = (await crew.get(at)).body;
      const wasNotes = answers[0]?.status === 200;
      expect({ notes, certificateNumber }).toEqual(
        wasNotes ? { notes: 'from one', certificateNumber: '1' } : { notes: null, certificateNumber: 'from the other' },
      );
    }
  });

  it.each([
    ['certificate', certificate],
    ['diploma', diploma],
    ['title', title],
  ])('a %s is deleted with the current tag only', async (_, make) => {
    const at = await make();
    const client = at.includes('/titles/') ? admin : crew;
    const stale = etagOf(await client.get(at));
    const changes = at.includes('/titles/')
      ? { name: `Title ${next()}` }
      : at.includes('/diplomas/')
        ? { obtainedAt: '2020-01-01T00:00:00Z' }
        : { notes: 'a' };
    const current = etagOf(await client.patch(at, changes));
    expectProblem(await client.delete(at, ifMatch(stale)), 412, 'changed_since_read');
    expect(etagOf(await client.get(at))).toBe(current);
    expect((await client.delete(at, ifMatch(current))).status).toBeLessThan(300);
  });

  describe.each([
    ['certificate', certificate],
    ['diploma', reviewedDiploma],
  ])('a decision on a %s', (_, make) => {
    it('fails when something was sent in after it was read, and when it was decided on before', async () => {
      const at = await make();
      const stale = etagOf(await office.get(at));
      const diplomaId = (await office.get(at)).body.diplomaId as number | undefined;
      const edit =
        diplomaId === undefined
          ? crew.patch(at, { certificateNumber: '2' })
          : crew.patch(`${RS}/users/me/diplomas/${diplomaId}`, { obtainedAt: '2020-01-01T00:00:00Z' });
      expect((await edit).status).toBe(200);
      expectProblem(await office.post(`${at}/verify`, ORIGINAL_SEEN, ifMatch(stale)), 412, 'changed_since_read');
      expectProblem(await office.post(`${at}/reject`, { reason: 'x' }, ifMatch(stale)), 412, 'changed_since_read');
      const current = etagOf(await office.get(at));
      const decided = await office.post(`${at}/verify`, ORIGINAL_SEEN, ifMatch(current));
      expect(decided.status).toBe(200);
      expect(etagOf(decided)).toBe(etagOf(await office.get(at)));
      expect(etagOf(decided)).not.toBe(current);
      expectProblem(await admin.post(`${at}/verify`, ORIGINAL_SEEN, ifMatch(current)), 409, 'already_decided');
    });
  });

  it('a decision fails when only the notes were changed after the certificate was read', async () => {
    const at = await certificate();
    const stale = etagOf(await office.get(at));
    await crew.patch(at, { notes: 'the original is with the flag state' });
    expectProblem(await office.post(`${at}/verify`, ORIGINAL_SEEN, ifMatch(stale)), 412, 'changed_since_read');
    expect((await office.get(at)).body.verification.status).toBe('pending');
  });

  it('an edit fails when the certificate was decided on after it was read', async () => {
    const at = await certificate();
    const stale = etagOf(await crew.get(at));
    await office.post(`${at}/reject`, { reason: 'Unreadable.' });
    expectProblem(await crew.patch(at, { notes: 'b' }, ifMatch(stale)), 412, 'changed_since_read');
  });

  it('a sign-in does not make a person new', async () => {
    const at = `${SHARED}/users/${employee.uuid}`;
    const before = await admin.get(at);
    await app.signIn(employee);
    const after = await admin.get(at);
    expect(after.body.lastLogin).not.toBe(before.body.lastLogin);
    expect(etagOf(after)).toBe(etagOf(before));
  });

  it('tells a stranger nothing: without the right to a thing its tag does not matter', async () => {
    const at = await certificate();
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    const stranger = await app.as(await app.given.person({ organization: elsewhere, role: 'admin' }));
    expectProblem(await stranger.patch(at, { notes: 'x' }, ifMatch('"a"')), 404, 'certificate_not_found');
    expectProblem(await stranger.delete(at, ifMatch('*')), 404, 'certificate_not_found');
  });
});

/** Ends or removes something that has no versions to compare. Each needs a reason. */
const UNCONDITIONAL: Readonly<Record<string, string>> = {
  'DELETE /api/v1/crew/queue/{verification_id}/claim': "gives back only one's own claim, and repeated does nothing",
  'DELETE /api/v1/crew/waivers/{waiver_id}': 'a waiver is never changed, only ended',
  'DELETE /api/v1/shared/users/me/sessions/{session_id}': 'a session is never changed, only ended',
  'DELETE /api/v1/shared/users/{user_id}/sessions': 'ends whatever sessions there are',
  'DELETE /api/v1/shared/users/{user_id}/sessions/{session_id}': 'a session is never changed, only ended',
};
