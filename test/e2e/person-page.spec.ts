import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { STORED_BYTES, storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

/** What a page that shows one person's papers asks for: by the office for anybody, by a professional for themselves. */
describe("a person's page", () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let officer: Person;
  let asOwner: HttpClient;
  let asOffice: HttpClient;
  let titleId: number;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    officer = await app.given.person({ organization, role: 'admin' });
    asOffice = await app.as(officer);
    titleId = (await asOffice.post(`${DIPLOMAS}/titles`, { name: 'Master Mariner' })).body.id;
  });
  beforeEach(async () => {
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
  });
  afterAll(() => app?.close());

  const diplomasOf = (client: HttpClient, query = '') => client.get(`${CREW}/users/${owner.uuid}/diplomas${query}`);
  const record = (client: HttpClient, body: object) => client.post(`${DIPLOMAS}/users/${owner.id}/diplomas`, body);

  it('has the diplomas with their review and their file, newest first and in parts, for the office and for oneself', async () => {
    const { id: uploadId } = await storedFile(app, officer);
    const first = await record(asOffice, { titleId, uploadId });
    const second = await record(asOwner, { titleId });
    const seen = await diplomasOf(asOffice);
    expect(seen.body).toEqual([
      expect.objectContaining({ diplomaId: second.body.diploma.id, uploadId: null, fileStatus: null }),
      expect.objectContaining({
        diplomaId: first.body.diploma.id,
        userId: owner.uuid,
        uploadId,
        fileStatus: 'ready',
        attachment: expect.objectContaining({ name: 'scan.pdf' }),
        verification: expect.objectContaining({ status: 'pending' }),
      }),
    ]);
    expect((await diplomasOf(asOwner)).body).toEqual(seen.body);
    const [newest, oldest] = seen.body;
    expect((await diplomasOf(asOffice, '?limit=1')).body).toEqual([newest]);
    expect((await diplomasOf(asOffice, `?limit=1&cursor=${newest.id}`)).body).toEqual([oldest]);
    await asOwner.delete(`${DIPLOMAS}/users/me/diplomas/${second.body.diploma.id}`);
    expect((await diplomasOf(asOwner)).body).toEqual([oldest]);

    const colleague = await app.as(await app.given.person({ organization, role: 'crew-member' }));
    expectProblem(await diplomasOf(colleague), 404, 'person_not_found');
  });

  it('shows the file of a paper to whoever sees the paper, also a professional whose office sent it', async () => {
    const { id: uploadId } = await storedFile(app, officer);
    const papers = [
      [
        'certificates',
        (await asOffice.post(`${CREW}/users/${owner.uuid}/certificates`, CERTIFICATE(uploadId))).body.id,
      ],
      ['diplomas', await uuidOf(await record(asOffice, { titleId, uploadId }))],
    ];
    expect((await asOwner.get(`/api/v1/shared/uploads/${uploadId}`)).body).toMatchObject({ id: uploadId });
    for (const [kind, id] of papers) {
      const file = await asOwner.get(`${CREW}/${kind}/${id}/file`);
      expect(file.body).toMatchObject({ id: uploadId, status: 'ready', sizeBytes: STORED_BYTES });
      expect((await fetch(file.body.derivatives.thumb)).status).toBe(200);
      const { items } = (await asOwner.get('/api/v1/shared/users/me/file-reads')).body;
      expect(items[0]).toMatchObject({ targetId: id });
    }
    const bare = await asOwner.post(`${CREW}/users/${owner.uuid}/certificates`, { certificateType: 'other' });
    expectProblem(await asOwner.get(`${CREW}/certificates/${bare.body.id}/file`), 404, 'certificate_has_no_file');
    const [empty] = [await uuidOf(await record(asOwner, { titleId }))];
    expectProblem(await asOwner.get(`${CREW}/diplomas/${empty}/file`), 404, 'diploma_has_no_file');
  });

  it('says by name who sent in and decided, but to a professional of nobody else', async () => {
    const written = await record(asOwner, { titleId });
    const id = await uuidOf(written);
    await asOffice.post(`${CREW}/diplomas/${id}/reject`, { reason: 'The seal is missing.' });
    await asOffice.patch(`${DIPLOMAS}/users/${owner.id}/diplomas/${written.body.diploma.id}`, {
      obtainedAt: '2020-01-01T00:00Z',
    });
    const forOffice = (await asOffice.get(`${CREW}/diplomas/${id}/submissions`)).body;
    expect(forOffice).toMatchObject([
      { number: 2, submittedBy: { id: officer.uuid, firstName: 'Kari' }, decision: null },
      {
        number: 1,
        submittedBy: { id: owner.uuid },
        decision: { outcome: 'rejected', reason: 'The seal is missing.', decidedBy: { id: officer.uuid } },
      },
    ]);
    const forOwner = (await asOwner.get(`${CREW}/diplomas/${id}/submissions`)).body;
    expect(forOwner).toMatchObject([
      { submittedBy: null, decision: null },
      { submittedBy: { id: owner.uuid }, decision: { decidedBy: null, reason: 'The seal is missing.' } },
    ]);
  });

  it('can give a diploma a file that was uploaded before, which is in review at once', async () => {
    const { id: uploadId } = await storedFile(app, owner);
    const written = await record(asOwner, { titleId, uploadId });
    expect([written.status, written.body.upload]).toEqual([201, null]);
    expect((await fetch(written.body.presignedUrl)).status).toBe(200);
    const path = `${DIPLOMAS}/users/me/diplomas/${written.body.diploma.id}`;
    const unchanged = await asOwner.patch(path, { uploadId });
    expect(unchanged.headers.get('etag')).toBe(written.headers.get('etag'));
    const { id: another } = await storedFile(app, owner);
    expect((await asOwner.patch(path, { uploadId: another })).status).toBe(200);
    expect((await diplomasOf(asOwner)).body[0]).toMatchObject({
      uploadId: another,
      verification: { status: 'pending' },
    });

    expect((await asOwner.patch(path, { uploadId: null })).status).toBe(200);
    expect((await diplomasOf(asOwner)).body[0]).toMatchObject({ uploadId: null });
    expect((await asOwner.patch(path, { attachment: null, uploadId: another })).status).toBe(200);
    const { id: foreign } = await storedFile(app, officer);
    expectProblem(await asOwner.patch(path, { uploadId: foreign }), 422, 'upload_not_usable', 'uploadId');
    const attachment = { name: 'a.pdf', mimeType: 'application/pdf', size: 3 };
    expectProblem(await record(asOwner, { titleId, uploadId, attachment }), 422, 'two_files', 'uploadId');
    await asOffice.patch('/api/v1/shared/organization', { duplicatePolicy: 'refuse' });
    expectProblem(await record(asOwner, { titleId, uploadId: another }), 409, 'duplicate_file', 'uploadId');
    await asOffice.patch('/api/v1/shared/organization', { duplicatePolicy: 'warn' });
  });

  const CERTIFICATE = (uploadId: string) => ({ certificateType: 'medical', uploadId });

  async function uuidOf(written: { body: { diploma: { id: number } } }): Promise<string> {
    const { body } = await diplomasOf(asOffice);
    return body.find((each: { diplomaId: number }) => each.diplomaId === written.body.diploma.id).id;
  }
});
