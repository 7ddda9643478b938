import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { ORIGINAL_SEEN } from '../support/papers';
import { planOf } from '../support/plan';
import { postForm } from '../support/post-form';
import { pdf } from '../support/sample-files';
import { TestApp } from '../support/test-app';

const BASE = '/users-organizations/v1/rs';
const CREW = '/api/v1/crew';
const PDF = new Uint8Array(pdf().bytes);

describe('diplomas and titles', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let asOwner: HttpClient;
  let asOffice: HttpClient;
  let asStranger: HttpClient;
  let titleId: number;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
    asOffice = await app.as(await app.given.person({ organization, role: 'office-admin' }));
    asStranger = await app.as(await app.given.person({ organization: await app.given.organization(), role: 'admin' }));
    titleId = (await asOffice.post(`${BASE}/titles`, { name: 'Master Mariner' })).body.id;
  });
  afterAll(() => app.close());

  const record = (body: object = {}): Promise<Answer> =>
    asOwner.post(`${BASE}/users/me/diplomas`, { titleId, obtainedAt: '2020-06-01T00:00Z', ...body });
  const path = (written: Answer) => `${BASE}/users/${owner.id}/diplomas/${written.body.diploma.id}`;
  const reviewed = async (written: Answer): Promise<Answer> => {
    const { body } = await asOwner.get(`${path(written)}?extend=verification`);
    return asOffice.get(`${CREW}/diplomas/${body.diploma.verification.targetId}`);
  };
  const attachment = { name: 'diploma.pdf', mimeType: 'application/pdf', size: PDF.length };

  describe('titles', () => {
    it('are kept by the office, read by everybody, and each name exists once', async () => {
      const created = await asOffice.post(`${BASE}/titles`, { name: 'Chief Engineer' });
      expect(created).toMatchObject({ status: 201, body: { id: expect.any(Number), name: 'Chief Engineer' } });
      expectProblem(await asOffice.post(`${BASE}/titles`, { name: 'Chief Engineer' }), 409, 'title_exists', 'name');
      expectProblem(await asOwner.post(`${BASE}/titles`, { name: 'Pirate' }), 403, 'not_permitted');
      const list = await asOwner.get(`${BASE}/titles?whereName=ENGINEER&includeCount=true`);
      expect(list.body).toEqual({ data: [created.body], totalCount: 1, pagination: { page: 1, pageSize: 50 } });
      const renamed = await asOffice.patch(`${BASE}/titles/${created.body.id}`, { name: 'Second Engineer' });
      expect(renamed.body).toEqual({ id: created.body.id, name: 'Second Engineer' });
      expectProblem(
        await asOffice.patch(`${BASE}/titles/${created.body.id}`, { name: 'Master Mariner' }),
        409,
        'title_exists',
        'name',
      );
      expect((await asOffice.delete(`${BASE}/titles/${created.body.id}`)).status).toBe(204);
      expectProblem(await asOffice.delete(`${BASE}/titles/${created.body.id}`), 404, 'title_not_found');
    });

    it('that a diploma refers to cannot be deleted, not even when the diploma was', async () => {
      const { body: title } = await asOffice.post(`${BASE}/titles`, { name: 'Bosun' });
      const written = await record({ titleId: title.id });
      expectProblem(await asOffice.delete(`${BASE}/titles/${title.id}`), 409, 'title_in_use');
      await asOwner.delete(path(written));
      expectProblem(await asOffice.delete(`${BASE}/titles/${title.id}`), 409, 'title_in_use');
    });

    it('of another organisation do not exist', async () => {
      expectProblem(await asStranger.patch(`${BASE}/titles/${titleId}`, { name: 'x' }), 404, 'title_not_found');
      expectProblem(await asStranger.delete(`${BASE}/titles/${titleId}`), 404, 'title_not_found');
      expect((await asStranger.get(`${BASE}/titles`)).body.data).toEqual([]);
      expectProblem(await asStranger.post(`${BASE}/users/me/diplomas`, { titleId }), 422, 'title_unknown', 'titleId');
    });
  });

  it('a diploma without a file goes to review at once, and a reviewer decides on it under contract C', async () => {
    const written = await record();
    const seen = await reviewed(written);
    expect(seen.body).toMatchObject({
      diplomaId: written.body.diploma.id,
      userId: owner.uuid,
      title: { id: titleId, name: 'Master Mariner' },
      attachment: null,
      verification: { targetType: 'diploma', status: 'pending' },
    });
    const uuid = seen.body.id as string;
    const etag = seen.headers.get('etag') ?? '';
    const changed = await asOwner.patch(path(written), { obtainedAt: '2021-06-01T00:00Z' });
    expect(changed.body.diploma.obtainedAt).toBe('2021-06-01T00:00:00.000Z');
    expectProblem(
      await asOffice.post(`${CREW}/diplomas/${uuid}/verify`, ORIGINAL_SEEN, { 'if-match': etag }),
      412,
      'changed_since_read',
    );
    expect((await asOffice.post(`${CREW}/diplomas/${uuid}/verify`, ORIGINAL_SEEN)).body.status).toBe('verified');
    expectProblem(await asOffice.post(`${CREW}/diplomas/${uuid}/reject`, { reason: 'x' }), 409, 'already_decided');
    const cleared = await asOwner.patch(path(written), { obtainedAt: null });
    expect(cleared.body.diploma.obtainedAt).toBeNull();
    const profile = await asOwner.get(`${CREW}/users/${owner.uuid}/verification`);
    expect(profile.body.items).toContainEqual(
      expect.objectContaining({ targetType: 'diploma', targetId: uuid, status: 'pending', reviewedAt: null }),
    );
    const history = await asOffice.get(`${CREW}/diplomas/${uuid}/submissions`);
    expect(history.body.map(({ number }: { number: number }) => number)).toEqual([3, 2, 1]);
  });

  it('a file that arrives is noticed without anybody asking for it, and only then the diploma is in review', async () => {
    const written = await record({ attachment });
    const before = await reviewed(written);
    expect(before.body.verification.status).toBe('not_submitted');
    expectProblem(
      await asOffice.post(`${CREW}/diplomas/${before.body.id}/verify`, ORIGINAL_SEEN),
      409,
      'not_submitted',
    );
    expectProblem(await asOffice.get(`${CREW}/diplomas/${before.body.id}/download`), 404, 'diploma_has_no_file');
    expect((await postForm(written.body.upload, PDF, 'diploma.pdf', 'application/pdf')).status).toBe(204);
    const deadline = Date.now() + 60_000;
    let after = before;
    while (after.body.verification.status === 'not_submitted' && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      after = await reviewed(written);
    }
    expect(after.body).toMatchObject({ attachment: { name: 'diploma.pdf' }, verification: { status: 'pending' } });
    const link = await asOffice.get(`${CREW}/diplomas/${after.body.id}/download`);
    const file = await fetch(link.body.url as string);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(PDF);
  });

  it.each([
    ['verification', 'verify'],
    ['rejection', 'reject'],
  ])('the %s of a diploma is forgotten as soon as another file is announced', async (_, verb) => {
    const written = await record();
    const { id: uuid } = (await reviewed(written)).body;
    const reason = verb === 'reject' ? { reason: 'Torn.' } : ORIGINAL_SEEN;
    expect((await asOffice.post(`${CREW}/diplomas/${uuid}/${verb}`, reason)).status).toBe(200);
    expect((await asOwner.patch(path(written), { attachment })).status).toBe(200);
    const forgotten = { status: 'not_submitted', rejectionReason: null, reviewedAt: null };
    expect((await reviewed(written)).body.verification).toMatchObject(forgotten);
  });

  it('a refused file is not shown, and the diploma waits for another one', async () => {
    const html = new TextEncoder().encode('<html><script>alert(1)</script></html>');
    const written = await record({ attachment: { ...attachment, size: html.length } });
    await postForm(written.body.upload, html, 'diploma.pdf', 'application/pdf');
    expect((await fetch(written.body.presignedUrl as string)).status).toBe(404);
    const seen = await reviewed(written);
    expect(seen.body).toMatchObject({ attachment: null, verification: { status: 'not_submitted' } });
    const withdrawn = await asOwner.patch(path(written), { attachment: null });
    expect(withdrawn.status).toBe(200);
    expect((await reviewed(written)).body.verification.status).toBe('pending');
  });

  it('a deleted diploma keeps its row and says when it was deleted', async () => {
    const written = await record();
    const { id: uuid } = (await reviewed(written)).body;
    const deleted = await asOwner.delete(path(written));
    expect(deleted.body.diploma).toEqual({
      ...written.body.diploma,
      deletedAt: expect.stringMatching(/Z$/),
      updatedAt: deleted.body.diploma.deletedAt,
    });
    expect((await asOwner.get(path(written))).body.diploma.deletedAt).toBe(deleted.body.diploma.deletedAt);
    expectProblem(await asOwner.delete(path(written)), 404, 'diploma_not_found');
    expectProblem(await asOwner.patch(path(written), { titleId }), 404, 'diploma_not_found');
    expectProblem(await asOffice.post(`${CREW}/diplomas/${uuid}/verify`, ORIGINAL_SEEN), 404, 'diploma_not_found');
    const ids = async (query: string) =>
      (await asOwner.get(`${BASE}/users/me/diplomas?pageSize=200${query}`)).body.data.map(
        ({ id }: { id: number }) => id,
      ) as number[];
    expect(await ids('')).not.toContain(written.body.diploma.id);
    expect(await ids('&whereDeleted=true')).toContain(written.body.diploma.id);
  });

  it('a diploma of the future and a file too large or of another kind are refused whole', async () => {
    const count = async () => (await app.database.query<{ n: number }[]>('select count(*) as n from diplomas'))[0]?.n;
    const before = await count();
    expectProblem(await record({ obtainedAt: '2999-01-01T00:00Z' }), 422, 'obtained_in_future', 'obtainedAt');
    expectProblem(
      await record({ attachment: { ...attachment, size: 26_000_000 } }),
      413,
      'file_too_large',
      'attachment.size',
    );
    expectProblem(
      await record({ attachment: { ...attachment, mimeType: 'text/html' } }),
      415,
      'file_type_not_supported',
      'attachment.mimeType',
    );
    expectProblem(
      await record({ attachment: { ...attachment, name: '../x' } }),
      400,
      'invalid_request',
      'attachment.name',
    );
    expectProblem(await record({ attachment: 'x' }), 400, 'invalid_request', 'attachment');
    expect(await count()).toBe(before);
  });

  it('the list runs one statement besides authentication, whatever its length and extensions', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const url = `${BASE}/users/me/diplomas?extend=actions-info&extend=verification`;
    const counts: number[] = [];
    for (const made of [1, 10]) {
      for (let index = 0; index < made; index++) await client.post(`${BASE}/users/me/diplomas`, { titleId });
      counts.push((await app.statements(() => client.get(url))).length - 1);
    }
    expect(counts).toEqual([1, 1]);
  });

  it.each(['', '&orderBy=id', '&orderBy=id:desc'])(
    'a page is read along an index, however many there are: %s',
    async (order) => {
      const seen = await app.statements(() => asOwner.get(`${BASE}/users/me/diplomas?pageSize=5${order}`));
      const list = seen.find((statement) => statement.includes('limit 5'));
      const plan = await planOf(app, list ?? '');
      expect(plan).toMatch(/Index Scan (Backward )?using diplomas_person_idx/);
      expect(plan).not.toContain('Sort');
    },
  );

  it('somebody else’s diploma does not exist', async () => {
    const written = await record();
    const { id: uuid } = (await reviewed(written)).body;
    const colleague = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    for (const client of [asStranger, colleague]) {
      expectProblem(await client.get(path(written)), 404, 'person_not_found');
      expectProblem(await client.get(`${BASE}/users/me/diplomas/${written.body.diploma.id}`), 404, 'diploma_not_found');
      expectProblem(await client.get(`${CREW}/diplomas/${uuid}`), 404, 'diploma_not_found');
    }
  });
});
