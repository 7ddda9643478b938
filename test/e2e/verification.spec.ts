import { credentialKinds } from '#libs/credentials';
import type { Organization } from '#libs/users';
import { CREDENTIAL_KINDS, recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { ORIGINAL_SEEN } from '../support/papers';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const BASE = '/api/v1/crew';

describe('verification', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let reviewer: Person;
  let asOwner: HttpClient;
  let asReviewer: HttpClient;
  let asOtherReviewer: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    reviewer = await app.given.person({ organization, role: 'office-employee' });
    asOwner = await app.as(owner);
    asReviewer = await app.as(reviewer);
    asOtherReviewer = await app.as(await app.given.person({ organization, role: 'office-admin' }));
  });
  afterAll(() => app.close());

  const certificateOf = (person: Person, client: HttpClient, body: object = {}): Promise<Answer> =>
    client.post(`${BASE}/users/${person.uuid}/certificates`, {
      certificateType: 'medical',
      certificateNumber: '1',
      ...body,
    });
  const path = (certificate: Answer, rest = '') => `${BASE}/certificates/${certificate.body.id}${rest}`;
  const decisionOf = (verb: string) => (verb === 'reject' ? { reason: 'Torn.' } : ORIGINAL_SEEN);
  const etagOf = (answer: Answer) => answer.headers.get('etag') ?? '';

  it('a reviewer verifies: state and date are on the certificate, in the profile and in the history', async () => {
    const certificate = await certificateOf(owner, asOwner);
    const verified = await asReviewer.post(path(certificate, '/verify'), ORIGINAL_SEEN);
    expect(verified.status).toBe(200);
    expect(verified.body).toEqual({
      targetType: 'certificate',
      targetId: certificate.body.id,
      status: 'verified',
      rejectionReason: null,
      reviewedAt: expect.stringMatching(/Z$/),
      method: 'original_seen',
      checkedAt: verified.body.reviewedAt,
      checkAgeDays: 0,
      verifiedName: expect.stringMatching(/^Kari Nordmann-\w+$/),
    });
    expect((await asOwner.get(path(certificate))).body.verification).toEqual(verified.body);
    expect((await asOwner.get(path(certificate, '/verification'))).body).toEqual(verified.body);
    const { body: history } = await asOwner.get(path(certificate, '/submissions'));
    expect(history).toEqual([
      {
        number: 1,
        snapshot: {
          certificateType: 'medical',
          certificateNumber: '1',
          issuingAuthority: null,
          issueDate: null,
          expiryDate: null,
          uploadId: null,
          certificateKindId: null,
          lines: null,
          issuingState: null,
          courseDate: null,
          renewsId: null,
          endorsesId: null,
          extendedUntil: null,
          extendedBy: null,
          holderName: verified.body.verifiedName,
        },
        uploadId: null,
        fileSha256: null,
        submittedByUserId: owner.uuid,
        submittedBy: { id: owner.uuid, firstName: 'Kari', lastName: expect.any(String) },
        submittedAt: expect.any(String),
        reopening: null,
        confirmation: null,
        decision: {
          outcome: 'verified',
          reason: null,
          decidedByUserId: reviewer.uuid,
          decidedBy: null,
          decidedAt: verified.body.reviewedAt,
          method: 'original_seen',
          reference: null,
          checkedAt: null,
          pagesShown: null,
        },
      },
    ]);
  });

  it('a rejection needs a reason, and the professional reads it', async () => {
    const certificate = await certificateOf(owner, asOwner);
    for (const body of [{}, { reason: '' }, { reason: '   ' }, { reason: null }, { reason: 'x'.repeat(1001) }]) {
      expectProblem(await asReviewer.post(path(certificate, '/reject'), body), 400, 'invalid_request', 'reason');
    }
    const rejected = await asReviewer.post(path(certificate, '/reject'), { reason: 'The scan is cut off.' });
    expect(rejected.body).toMatchObject({ status: 'rejected', rejectionReason: 'The scan is cut off.' });
    expect((await asOwner.get(path(certificate))).body.verification).toEqual(rejected.body);
  });

  it.each(['verify', 'reject'])(
    'an edited number sends a certificate back after %s; edited notes do not',
    async (verb) => {
      const certificate = await certificateOf(owner, asOwner);
      await asReviewer.post(path(certificate, `/${verb}`), decisionOf(verb));
      const noted = await asOwner.patch(path(certificate), { notes: 'renewed in Bergen' });
      expect(noted.body.verification.status).toBe(verb === 'verify' ? 'verified' : 'rejected');
      const edited = await asOwner.patch(path(certificate), { certificateNumber: '2' });
      expect(edited.body.verification).toMatchObject({ status: 'pending', rejectionReason: null, reviewedAt: null });
      const same = await asOwner.patch(path(certificate), { certificateNumber: '2' });
      expect(etagOf(same)).toBe(etagOf(edited));
    },
  );

  it.each(CREDENTIAL_KINDS.flatMap((kind) => ['verify', 'reject'].map((verb) => [kind, verb] as const)))(
    'what is sent in again, of %s after %s, is kept without the reason and date of the decision before',
    async (kind, verb) => {
      const sent = await recorded(app, kind, { person: owner, client: asOwner });
      const decision = await asReviewer.post(`${sent.path}/${verb}`, decisionOf(verb));
      expect(decision.body.reviewedAt).not.toBeNull();
      expect((await sent.change((await storedFile(app, owner)).id)).status).toBe(200);
      const pending = { targetId: sent.id, status: 'pending', rejectionReason: null, reviewedAt: null };
      expect((await asOwner.get(sent.path)).body.verification).toMatchObject(pending);
      expect((await asOwner.get(`${sent.path}/verification`)).body).toMatchObject(pending);
      const { items } = (await asOwner.get(`${BASE}/users/${owner.uuid}/verification`)).body;
      const isToldOf = credentialKinds().some(({ path, isInContract }) => path === kind && isInContract);
      expect(items.filter(({ targetId }: { targetId: string }) => targetId === sent.id)).toEqual(
        isToldOf ? [expect.objectContaining(pending)] : [],
      );
    },
  );

  it.each([
    ['issuingAuthority', 'Danish Maritime Authority'],
    ['issueDate', '2024-01-01'],
    ['expiryDate', '2030-01-01'],
  ])('a changed %s sends a verified certificate back to review', async (field, value) => {
    const certificate = await certificateOf(owner, asOwner);
    await asReviewer.post(path(certificate, '/verify'), ORIGINAL_SEEN);
    const edited = await asOwner.patch(path(certificate), { [field]: value });
    expect(edited.body.verification.status).toBe('pending');
  });

  it('a reviewer who read the old version cannot approve the new one', async () => {
    const certificate = await certificateOf(owner, asOwner);
    const read = await asReviewer.get(path(certificate));
    expect(etagOf(await asReviewer.get(path(certificate, '/verification')))).toBe(etagOf(read));
    const edited = await asOwner.patch(path(certificate), { certificateNumber: '2' });
    expect(etagOf(edited)).not.toBe(etagOf(read));
    for (const verb of ['verify', 'reject']) {
      const stale = await asReviewer.post(path(certificate, `/${verb}`), decisionOf(verb), {
        'if-match': etagOf(read),
      });
      expectProblem(stale, 412, 'changed_since_read');
    }
    expect((await asOwner.get(path(certificate))).body.verification.status).toBe('pending');
    const decided = await asReviewer.post(path(certificate, '/verify'), ORIGINAL_SEEN, { 'if-match': etagOf(edited) });
    expect(decided.status).toBe(200);
    expectProblem(await asReviewer.post(path(certificate, '/reject'), { reason: 'x' }), 409, 'already_decided');
  });

  it('nobody decides on their own, whatever their role', async () => {
    for (const role of ['admin', 'office-admin', 'office-employee'] as const) {
      const person = await app.given.person({ organization, role });
      const client = await app.as(person);
      const certificate = await certificateOf(person, client);
      expectProblem(await client.post(path(certificate, '/verify'), ORIGINAL_SEEN), 403, 'own_credential');
      expectProblem(await client.post(path(certificate, '/reject'), { reason: 'x' }), 403, 'own_credential');
      expect((await client.get(path(certificate))).body.verification.status).toBe('pending');
    }
  });

  it('of two reviewers at the same moment exactly one decides, 200 times', async () => {
    const outcomes: Record<string, number> = {};
    for (let round = 0; round < 200; round++) {
      const certificate = await certificateOf(owner, asOwner);
      const ifMatch = { 'if-match': etagOf(certificate) };
      const answers = await Promise.all([
        asReviewer.post(path(certificate, '/verify'), ORIGINAL_SEEN, round % 2 ? ifMatch : {}),
        asOtherReviewer.post(path(certificate, '/reject'), { reason: 'Unreadable.' }, round % 2 ? ifMatch : {}),
      ]);
      const key = answers
        .map(({ status }) => status)
        .sort()
        .join('+');
      outcomes[key] = (outcomes[key] ?? 0) + 1;
      const winner = answers.find(({ status }) => status === 200);
      expect((await asOwner.get(path(certificate))).body.verification).toEqual(winner?.body);
    }
    expect(outcomes).toEqual({ '200+409': 200 });
    const [row] = await app.database.query<{ twice: number }[]>(
      'select count(*) as twice from (select submission_id from decisions group by submission_id having count(*) > 1) d',
    );
    expect(row?.twice).toBe(0);
  });

  it('an edit and a decision at the same moment never leave an unseen version verified', async () => {
    for (let round = 0; round < 30; round++) {
      const certificate = await certificateOf(owner, asOwner);
      const [decision, edit] = await Promise.all([
        asReviewer.post(path(certificate, '/verify'), ORIGINAL_SEEN, { 'if-match': etagOf(certificate) }),
        asOwner.patch(path(certificate), { certificateNumber: `new-${round}` }),
      ]);
      expect([200, 412]).toContain(decision.status);
      expect(edit.status).toBe(200);
      const now = await asOwner.get(path(certificate));
      expect(now.body).toMatchObject({ certificateNumber: `new-${round}`, verification: { status: 'pending' } });
    }
  });

  it('the profile says what to do next', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const state = async () => (await client.get(`${BASE}/users/${person.uuid}/verification`)).body.state as string;
    const states = [await state()];
    const first = await certificateOf(person, client);
    states.push(await state());
    await asReviewer.post(path(first, '/verify'), ORIGINAL_SEEN);
    states.push(await state());
    const second = await certificateOf(person, client);
    await asReviewer.post(path(second, '/reject'), { reason: 'Unreadable.' });
    states.push(await state());
    await client.delete(path(second));
    states.push(await state());
    expect(states).toEqual(['incomplete', 'in_review', 'approved', 'action_needed', 'approved']);
  });

  it('the roster shows every member with the same state as the profile, and can be filtered and paged', async () => {
    const there = await app.given.organization();
    const office = await app.as(await app.given.person({ organization: there, role: 'office-employee' }));
    const people = await Promise.all(
      Array.from({ length: 5 }, () => app.given.person({ organization: there, role: 'crew-member' })),
    );
    for (const [index, person] of people.entries()) {
      if (index === 0) continue;
      const certificate = await certificateOf(person, await app.as(person));
      if (index === 2) await office.post(path(certificate, '/verify'), ORIGINAL_SEEN);
      if (index === 3) await office.post(path(certificate, '/reject'), { reason: 'Unreadable.' });
    }
    const roster = async (query: string) => (await office.get(`${BASE}/roster?${query}`)).body;
    const all = await roster('limit=100&include_count=true');
    expect(all).toMatchObject({ hasMore: false, nextCursor: null, totalCount: 6 });
    expect(Object.keys(all.items[0] as object).sort()).toEqual(
      ['createdAt', 'email', 'firstName', 'id', 'lastLogin', 'lastName', 'role', 'state', 'verificationState'].sort(),
    );
    const stateOf = (person: Person) =>
      all.items.find((item: { id: string }) => item.id === person.uuid).verificationState;
    expect(people.map(stateOf)).toEqual(['incomplete', 'in_review', 'approved', 'action_needed', 'in_review']);
    expect((await roster('verification_state=in_review')).items).toHaveLength(2);
    expect((await roster('role=office-employee')).items).toHaveLength(1);
    expect((await roster('state=deactivated')).items).toEqual([]);
    expect((await roster(`search=${people[3]?.email}`)).items).toHaveLength(1);
    expect((await roster('search=%25')).items).toEqual([]);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await roster(`limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items.map((item: { id: string }) => item.id));
      cursor = page.nextCursor as string | null;
    }
    expect(seen).toEqual(all.items.map((item: { id: string }) => item.id));
    expectProblem(await office.get(`${BASE}/roster?cursor=nonsense`), 400, 'invalid_cursor');
    expectProblem(await office.get(`${BASE}/roster?limit=1001`), 400, 'invalid_request', 'limit');
    expectProblem(await (await app.as(people[0] as Person)).get(`${BASE}/roster`), 403, 'not_permitted');
  });

  it('the queue is oldest first, across pages, and empties as decisions are made', async () => {
    const there = await app.given.organization();
    const office = await app.as(await app.given.person({ organization: there, role: 'office-employee' }));
    const person = await app.given.person({ organization: there, role: 'crew-member' });
    const client = await app.as(person);
    const made: Answer[] = [];
    for (let index = 0; index < 5; index++) made.push(await certificateOf(person, client));
    const queue = async (query = '') => (await office.get(`${BASE}/queue?${query}`)).body;
    const first = await queue('limit=3&include_count=true');
    expect(first).toMatchObject({ hasMore: true, totalCount: 5 });
    const rest = await queue(`limit=3&cursor=${first.nextCursor}`);
    const targets = [...first.items, ...rest.items].map((item: { targetId: string }) => item.targetId);
    expect(targets).toEqual(made.map(({ body }) => body.id));
    expect(first.items[0]).toEqual({
      verificationId: expect.any(String),
      targetType: 'certificate',
      targetId: made[0]?.body.id,
      subject: 'medical',
      submissionNumber: 1,
      submittedAt: expect.stringMatching(/Z$/),
      person: { id: person.uuid, userId: person.id, firstName: expect.any(String), lastName: expect.any(String) },
      uploadId: null,
      fileStatus: null,
      duplicateOf: null,
      claimedBy: null,
      confirmedBy: null,
      canDecide: true,
      cannotDecideBecause: null,
    });
    await office.post(path(made[0] as Answer, '/verify'), ORIGINAL_SEEN);
    await client.patch(path(made[1] as Answer), { certificateNumber: '2' });
    const after = await queue();
    expect(after.items.map((item: { targetId: string }) => item.targetId)).toEqual(
      [2, 3, 4, 1].map((index) => made[index]?.body.id),
    );
    expect((await queue('target_type=diploma')).items).toEqual([]);
    expect((await queue('subject=medical&limit=1')).items).toHaveLength(1);
  });

  it('every decision and submission is in the audit trail, and the trail cannot be changed', async () => {
    const certificate = await certificateOf(owner, asOwner);
    const requestId = 'audit-test-1';
    await asReviewer.post(path(certificate, '/verify'), ORIGINAL_SEEN, { 'x-request-id': requestId });
    const rows = await app.database.query<Record<string, unknown>[]>(
      'select action, actor_kind, actor_uuid, session_id, request_id from audit_records where target_id = $1 order by id',
      [certificate.body.id],
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'certificate.create',
      'verification.submit',
      'verification.verify',
    ]);
    expect(rows[2]).toMatchObject({
      actor_kind: 'person',
      actor_uuid: reviewer.uuid,
      session_id: expect.any(String),
      request_id: requestId,
    });
    for (const table of ['audit_records', 'submissions', 'decisions']) {
      for (const statement of [
        `delete from ${table}`,
        `truncate ${table} cascade`,
        `update ${table} set organization_id = organization_id`,
      ]) {
        await expect(app.database.query(statement)).rejects.toThrow('never changed or removed');
      }
    }
  });
});
