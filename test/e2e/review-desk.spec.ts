import { newId } from '#libs/common';
import { Jobs } from '#libs/jobs';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, verificationOf } from '../support/papers';
import { planOf } from '../support/plan';
import { image, pdf } from '../support/sample-files';
import { sendReadyFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const QUEUE = `${CREW}/queue`;
const MINUTE_MS = 60_000;

describe('the review desk', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let kari: Person;
  let asOwner: HttpClient;
  let asKari: HttpClient;
  let asOla: HttpClient;
  let asStranger: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    kari = await app.given.person({ organization, role: 'office-employee' });
    asOwner = await app.as(owner);
    asKari = await app.as(kari);
    asOla = await app.as(await app.given.person({ organization, role: 'office-admin' }));
    // Who is named here once must not be named twice for being known elsewhere as well.
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    asStranger = await app.as(await app.given.person({ organization: elsewhere, role: 'office-employee' }));
    for (const person of [owner, kari]) await app.given.membership(person, elsewhere, 'crew-member');
  });
  afterAll(() => app.close());

  async function paper(body: object = {}): Promise<{ id: string; entry: string }> {
    const content = { certificateType: 'medical', certificateNumber: '1', ...body };
    const { id } = created(await asOwner.post(`${CREW}/users/${owner.uuid}/certificates`, content));
    return { id, entry: await verificationOf(app, id) };
  }
  const queued = async (client: HttpClient, query: string): Promise<{ verificationId: string; claimedBy: unknown }[]> =>
    (await client.get(`${QUEUE}?limit=100&${query}`)).body.items;
  const idsIn = async (client: HttpClient, query: string) =>
    (await queued(client, query)).map(({ verificationId }) => verificationId);

  it('gives all that a decision needs at once: fields and files of this and the previous submission, and the tag to decide with', async () => {
    // One of somebody's papers has come further than the one that is looked at.
    const { id: other } = await paper();
    for (const certificateNumber of ['B2', 'B3'])
      await asOwner.patch(`${CREW}/certificates/${other}`, { certificateNumber });
    const [first, second] = [pdf(), await image('jpeg')];
    const one = await sendReadyFile(app, asOwner, first);
    const { id, entry } = await paper({ certificateNumber: 'A1', uploadId: one });
    await asKari.post(`${CREW}/certificates/${id}/reject`, { reason: 'Unreadable.' });
    const two = await sendReadyFile(app, asOwner, second);
    await asOwner.patch(`${CREW}/certificates/${id}`, { certificateNumber: 'A2', uploadId: two });

    const answer = await asKari.get(`${QUEUE}/${entry}`);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      verificationId: entry,
      targetType: 'certificate',
      targetId: id,
      status: 'pending',
      isWithdrawn: false,
      person: { id: owner.uuid, userId: owner.id },
      claimedBy: null,
      current: {
        number: 2,
        snapshot: { certificateNumber: 'A2' },
        submittedBy: { id: owner.uuid },
        fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        file: { id: two, status: 'ready', mime: 'image/jpeg' },
        decision: null,
      },
      previous: {
        number: 1,
        snapshot: { certificateNumber: 'A1' },
        file: { id: one, status: 'ready', pageCount: 1 },
        decision: { outcome: 'rejected', reason: 'Unreadable.', decidedBy: { id: kari.uuid } },
      },
    });
    for (const [file, sample] of [
      [answer.body.current.file, second],
      [answer.body.previous.file, first],
    ] as const) {
      const bytes = await (await fetch(file.downloadUrl)).arrayBuffer();
      expect(Buffer.from(bytes).equals(sample.bytes)).toBe(true);
      for (const name of ['thumb', 'medium', 'large', 'preview']) {
        expect((await fetch(file.derivatives[name])).headers.get('content-type')).toBe('image/webp');
      }
    }
    const reads = await app.database.query<{ upload: string; subject: string }[]>(
      `select details ->> 'uploadId' as upload, subject_user_uuid as subject from audit_records
       where action = 'file.read' and target_id = $1 and actor_uuid = $2`,
      [id, kari.uuid],
    );
    expect(reads).toHaveLength(2);
    expect(reads).toEqual(expect.arrayContaining([one, two].map((upload) => ({ upload, subject: owner.uuid }))));

    const ifMatch = { 'if-match': answer.headers.get('etag') ?? '' };
    await asOwner.patch(`${CREW}/certificates/${id}`, { certificateNumber: 'A3' });
    expectProblem(
      await asKari.post(`${CREW}/certificates/${id}/verify`, ORIGINAL_SEEN, ifMatch),
      412,
      'changed_since_read',
    );
    const again = await asKari.get(`${QUEUE}/${entry}`);
    expect(again.body.current.number).toBe(3);
    const tag = { 'if-match': again.headers.get('etag') ?? '' };
    expect((await asKari.post(`${CREW}/certificates/${id}/verify`, ORIGINAL_SEEN, tag)).status).toBe(200);
    const late = await asOla.get(`${QUEUE}/${entry}`);
    expect(late.body).toMatchObject({
      status: 'verified',
      current: { decision: { outcome: 'verified', decidedBy: { id: kari.uuid, firstName: 'Kari' } } },
    });
  });

  it('hands out no file of a paper that is deleted, to nobody', async () => {
    const upload = await sendReadyFile(app, asOwner, pdf());
    const { id, entry } = await paper({ uploadId: upload });
    expect((await asKari.get(`${QUEUE}/${entry}`)).body.current.file.downloadUrl).toEqual(expect.any(String));
    await asOwner.delete(`${CREW}/certificates/${id}`);
    const reads = () =>
      app.database.query(`select 1 from audit_records where action = 'file.read' and target_id = $1`, [id]);
    const before = await reads();
    const { body } = await asKari.get(`${QUEUE}/${entry}`);
    const none = { thumb: null, medium: null, large: null, preview: null };
    expect(body).toMatchObject({ isWithdrawn: true, current: { file: { id: upload, downloadUrl: null } } });
    expect(body.current.file.derivatives).toEqual(none);
    expect(await reads()).toEqual(before);
  });

  it('records nobody as the reader of a file that was withheld from them', async () => {
    const [shown, withheld] = [await sendReadyFile(app, asOwner, pdf()), await sendReadyFile(app, asOwner, pdf())];
    const { id, entry } = await paper({ uploadId: withheld });
    await asOwner.patch(`${CREW}/certificates/${id}`, { uploadId: shown });
    await app.database.query(`update uploads set altered_at = now() where id = $1`, [withheld]);

    const { body } = await asKari.get(`${QUEUE}/${entry}`);
    expect(body.previous.file).toMatchObject({ id: withheld, downloadUrl: null });
    expect(body.current.file).toMatchObject({ id: shown, downloadUrl: expect.any(String) });
    const reads = await app.database.query(
      `select details ->> 'uploadId' as upload from audit_records where action = 'file.read' and target_id = $1`,
      [id],
    );
    expect(reads).toEqual([{ upload: shown }]);
  });

  it('takes three statements besides the sign-in, with files and all', async () => {
    const { entry } = await paper({ uploadId: await sendReadyFile(app, asOwner, pdf()) });
    await asKari.get(`${QUEUE}/${entry}`);
    const seen = await app.statements(() => asKari.get(`${QUEUE}/${entry}`));
    const own = seen.filter((statement) => /from verifications|from "uploads"|insert into audit/i.test(statement));
    expect(own).toHaveLength(3);
  });

  it('shows others who is looking at a paper, for ten minutes, and stops nobody from deciding', async () => {
    const { id, entry } = await paper();
    const now = new Date();
    app.setNow(now);
    const claim = await asKari.post(`${QUEUE}/${entry}/claim`);
    expect(claim.status).toBe(200);
    const expiresAt = new Date(now.getTime() + 10 * MINUTE_MS).toISOString();
    expect(claim.body).toEqual({ id: kari.uuid, firstName: 'Kari', lastName: expect.any(String), expiresAt });
    expect((await asOla.get(`${QUEUE}/${entry}`)).body.claimedBy).toEqual(claim.body);
    expect((await queued(asOla, '')).find(({ verificationId }) => verificationId === entry)?.claimedBy).toEqual(
      claim.body,
    );
    // The second is told whose it is.
    expect((await asOla.post(`${QUEUE}/${entry}/claim`)).body).toEqual(claim.body);
    expect(await idsIn(asKari, 'claimed=me')).toEqual([entry]);
    expect(await idsIn(asKari, 'claimed=nobody')).toContain(entry);
    expect(await idsIn(asOla, 'claimed=me')).toEqual([]);
    expect(await idsIn(asOla, 'claimed=nobody')).not.toContain(entry);
    // Saying it again goes on; giving back what is somebody else's does nothing.
    app.setNow(new Date(now.getTime() + 5 * MINUTE_MS));
    await asKari.post(`${QUEUE}/${entry}/claim`);
    expect((await asOla.delete(`${QUEUE}/${entry}/claim`)).status).toBe(204);
    app.setNow(new Date(now.getTime() + 14 * MINUTE_MS));
    expect(await idsIn(asKari, 'claimed=me')).toEqual([entry]);
    app.setNow(new Date(now.getTime() + 15 * MINUTE_MS));
    expect(await idsIn(asKari, 'claimed=me')).toEqual([]);
    expect(await idsIn(asOla, 'claimed=nobody')).toContain(entry);
    const taken = (await asOla.post(`${QUEUE}/${entry}/claim`)).body;
    expect(taken.id).not.toBe(kari.uuid);
    expect(taken.expiresAt).toBe(new Date(now.getTime() + 25 * MINUTE_MS).toISOString());
    expect((await asKari.post(`${CREW}/certificates/${id}/verify`, ORIGINAL_SEEN)).status).toBe(200);
    app.setNow(null);
  });

  it('gives a claim back, and knows nothing of an entry that has not been sent in or is deleted', async () => {
    const [{ id, entry }, { entry: kept }] = [await paper(), await paper()];
    for (const each of [entry, kept]) await asKari.post(`${QUEUE}/${each}/claim`);
    expect((await asKari.delete(`${QUEUE}/${entry}/claim`)).status).toBe(204);
    expect((await asKari.delete(`${QUEUE}/${entry}/claim`)).status).toBe(204);
    expect(await idsIn(asKari, 'claimed=me')).toEqual([kept]);
    expectProblem(await asKari.delete(`${QUEUE}/${newId()}/claim`), 404, 'queue_entry_not_found');
    await asOwner.delete(`${CREW}/certificates/${id}`);
    expectProblem(await asKari.post(`${QUEUE}/${entry}/claim`), 404, 'queue_entry_not_found');
    expect((await asKari.get(`${QUEUE}/${entry}`)).body.isWithdrawn).toBe(true);
  });

  it('lets nobody of another organisation claim a paper', async () => {
    const { entry } = await paper();
    expectProblem(await asStranger.post(`${QUEUE}/${entry}/claim`), 404, 'queue_entry_not_found');
    expect(await idsIn(asKari, 'claimed=nobody')).toContain(entry);
  });

  it('removes claims that have run out, and none that has not', async () => {
    const claims = () => app.database.query<object[]>('select from review_claims');
    await app.database.query('delete from review_claims');
    const [{ entry: before }, { entry: after }] = [await paper(), await paper()];
    const now = new Date();
    app.setNow(now);
    await asKari.post(`${QUEUE}/${before}/claim`);
    app.setNow(new Date(now.getTime() + MINUTE_MS));
    await asKari.post(`${QUEUE}/${after}/claim`);
    app.setNow(new Date(now.getTime() + 10 * MINUTE_MS + 1));
    await app.app.get(Jobs).byName.get('review-claims-remove-expired')?.({});
    app.setNow(null);
    expect(await claims()).toHaveLength(1);
  });

  it('of two reviewers who claim at once one has it, and both are told who', async () => {
    const { entry } = await paper();
    const answers = await Promise.all(
      [asKari, asOla, asKari, asOla].map((client) => client.post(`${QUEUE}/${entry}/claim`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  it('filters by age: sent in at a time or later, or before it', async () => {
    const now = Date.now();
    // As long ago as tokens allow.
    const times = [3, 2, 1].map((minutes) => new Date(now - minutes * MINUTE_MS));
    const entries: string[] = [];
    for (const time of times) {
      app.setNow(time);
      entries.push((await paper({ certificateType: 'oil_tanker_endorsement' })).entry);
    }
    app.setNow(null);
    const type = 'subject=oil_tanker_endorsement';
    const [, second, third] = times.map((time) => time.toISOString());
    expect(await idsIn(asKari, `${type}&submitted_before=${second}`)).toEqual(entries.slice(0, 1));
    expect(await idsIn(asKari, `${type}&submitted_after=${second}`)).toEqual(entries.slice(1));
    expect(await idsIn(asKari, `${type}&submitted_after=${second}&submitted_before=${third}`)).toEqual([entries[1]]);
    const answer = await asKari.get(`${QUEUE}?submitted_before=yesterday&claimed=everybody`);
    expectProblem(answer, 400, 'invalid_request', 'submitted_before');
    expectProblem(answer, 400, 'invalid_request', 'claimed');
  });

  it.each([
    ['', 'verifications_queue_idx'],
    ['&target_type=diploma', 'verifications_queue_kind_idx'],
    ['&subject=medical', 'verifications_queue_subject_idx'],
  ])('reads any page of the queue along an index, in order, when asked for %j', async (filter, index) => {
    for (let made = 0; made < 2; made += 1) await paper();
    const { nextCursor } = (await asKari.get(`${QUEUE}?limit=1`)).body;
    await app.database.query('analyze verifications');
    for (const cursor of ['', `&cursor=${nextCursor}`]) {
      const seen = await app.statements(() => asKari.get(`${QUEUE}?limit=50${filter}${cursor}`));
      const pages = seen.filter((statement) => statement.includes('limit 51'));
      expect(pages).toHaveLength(1);
      const plan = await planOf(app, pages[0] ?? '');
      expect(plan).toContain(`Index Scan using ${index} on verifications v`);
      expect(plan).not.toContain('Sort');
      // Begins where the page before has ended.
      if (cursor) expect(plan).toMatch(/Index Cond: .*ROW\(submitted_at, id\) > ROW/);
    }
  });
});
