import { newId } from '#libs/common';
import { type CredentialKind, credentialKinds } from '#libs/credentials';
import type { Organization, ReviewPolicy } from '#libs/users';
import { type Credential, recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN, verificationOf } from '../support/papers';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const RS = '/users-organizations/v1/rs';
const SETTINGS = '/api/v1/shared/organization';
const DAY_MS = 86_400_000;
const POLICIES: ReviewPolicy[] = ['owner', 'submitter', 'two_people'];
const REASON = { reason: 'The issuer has withdrawn it.' };

/** Somebody with a client of their own. */
interface Someone {
  person: Person;
  client: HttpClient;
}

let app: TestApp;
let organization: Organization;
let owner: Someone;
let boss: Someone;
let clerk: Someone;
let kari: Someone;
let ola: Someone;

beforeAll(async () => {
  app = await TestApp.start({ environment: { RUN_WORKER: 'false' } });
  organization = await app.given.organization();
  owner = await someone('crew-member');
  boss = await someone('admin');
  clerk = await someone('office-employee');
  kari = await someone('office-employee');
  ola = await someone('office-admin');
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

async function someone(role: Person['role'], where = organization): Promise<Someone> {
  const person = await app.given.person({ organization: where, role });
  return { person, client: await app.as(person) };
}

/** Until the test is over. */
async function chosen(settings: object): Promise<void> {
  expect((await boss.client.patch(SETTINGS, settings)).status).toBe(200);
}
afterEach(() => chosen({ reviewPolicy: 'submitter', requiresFileOrOriginal: true, requiresShownFile: true }));

/** A paper of the owner's with a file of theirs, recorded by whoever it is. */
async function recordedBy(kind: CredentialKind, { client }: Someone): Promise<Credential> {
  return recorded(app, kind.path, { person: owner.person, client }, (await storedFile(app, owner.person)).id);
}

const verify = ({ path }: Credential, { client }: Someone, body?: object, headers = {}) =>
  client.post(`${path}/verify`, body, headers);
const reject = ({ path }: Credential, { client }: Someone) => client.post(`${path}/reject`, { reason: 'Torn.' });
const reopen = ({ path }: Credential, { client }: Someone, body: object = REASON, headers = {}) =>
  client.post(`${path}/reopen`, body, headers);
const statusOf = async ({ path }: Credential) => (await owner.client.get(`${path}/verification`)).body.status as string;
const history = async ({ path }: Credential) => (await owner.client.get(`${path}/submissions`)).body;

/** What queue and desk say to somebody of it. */
async function told(credential: Credential, { client }: Someone): Promise<object[]> {
  const { items } = (await client.get(`${CREW}/queue?all_kinds=true&limit=1000&user_id=${owner.person.uuid}`)).body;
  const listed = items.find(({ targetId }: { targetId: string }) => targetId === credential.id);
  const { body: desk } = await client.get(`${CREW}/queue/${await verificationOf(app, credential.id)}`);
  return [listed, desk].map(({ canDecide, cannotDecideBecause }) => ({ canDecide, cannotDecideBecause }));
}

const twice = (because: string | null) => {
  const said = { canDecide: because === null, cannotDecideBecause: because };
  return [said, said];
};

const kinds = credentialKinds().map((kind) => [kind.name, kind] as const);

describe.each(kinds)('a credential of the kind %s', (_, kind) => {
  /** Who had a hand in it, and how. */
  const hands: [string, () => Promise<Credential>][] = [
    ['recorded', () => recordedBy(kind, clerk)],
    [
      'edited',
      async () => {
        const credential = await recordedBy(kind, owner);
        const uploadId = (await storedFile(app, owner.person)).id;
        expect((await clerk.client.patch(credential.address, { uploadId })).status).toBe(200);
        return credential;
      },
    ],
    [
      'edited before the owner sent it in again',
      async () => {
        const credential = await recordedBy(kind, owner);
        for (const { client } of [clerk, owner]) {
          const uploadId = (await storedFile(app, owner.person)).id;
          expect((await client.patch(credential.address, { uploadId })).status).toBe(200);
        }
        return credential;
      },
    ],
    [
      'uploaded',
      async () => {
        const file = await storedFile(app, clerk.person);
        return recorded(app, kind.path, { person: owner.person, client: kari.client }, file.id);
      },
    ],
  ];

  it.each(POLICIES.flatMap((policy) => hands.map(([what, make]) => [policy, what, make] as const)))(
    'by the policy %s: whoever %s it decides only with `owner`',
    async (policy, _what, make) => {
      await chosen({ reviewPolicy: policy });
      const credential = await make();
      const refused = policy === 'owner' ? null : 'own_entry';
      expect(await told(credential, clerk)).toEqual(twice(refused));
      if (refused) {
        expectProblem(await verify(credential, clerk), 403, refused);
        expectProblem(await reject(credential, clerk), 403, refused);
        expect(await statusOf(credential)).toBe('pending');
        expect(await told(credential, ola)).toEqual(twice(null));
        expect((await reject(credential, ola)).status).toBe(200);
      } else {
        expect((await verify(credential, clerk)).body.status).toBe('verified');
      }
    },
  );

  it.each(POLICIES)(
    'by the policy %s: nobody decides on their own, not even after taking a decision back',
    async (policy) => {
      await chosen({ reviewPolicy: policy });
      const file = await storedFile(app, kari.person);
      const credential = await recorded(app, kind.path, kari, file.id);
      expectProblem(await verify(credential, kari), 403, 'own_credential');
      expect((await reject(credential, ola)).status).toBe(200);
      expectProblem(await reopen(credential, kari), 403, 'own_credential');
      expect((await kari.client.get(`${credential.path}/verification`)).body.status).toBe('rejected');
    },
  );

  it('without a file is verified only by who says that the original was seen, unless the organisation does not mind', async () => {
    const credential = await recorded(app, kind.path, owner);
    for (const body of [undefined, {}, { method: 'document_only' }, { method: 'issuer_register', reference: 'A 1' }]) {
      expectProblem(await verify(credential, kari, body), 422, 'original_not_seen', 'method');
    }
    expect(await statusOf(credential)).toBe('pending');
    const verified = await verify(credential, kari, ORIGINAL_SEEN);
    expect(verified.body).toMatchObject({ status: 'verified', method: 'original_seen' });
    await chosen({ requiresFileOrOriginal: false });
    const other = await recorded(app, kind.path, owner);
    expect((await verify(other, kari)).body).toMatchObject({ status: 'verified', method: null });
  });

  it('is not verified by a desk that has shown fewer pages than there are, unless the organisation does not mind', async () => {
    const file = await storedFile(app, owner.person);
    await app.database.query('update uploads set page_count = 3 where id = $1', [file.id]);
    const credential = await recorded(app, kind.path, owner, file.id);
    for (const pagesShown of [0, 2]) {
      expectProblem(await verify(credential, kari, { pagesShown }), 422, 'file_not_shown', 'pagesShown');
    }
    expect(await statusOf(credential)).toBe('pending');
    expect((await verify(credential, kari, { pagesShown: 3 })).status).toBe(200);
    expect((await history(credential))[0].decision.pagesShown).toBe(3);
    expect((await reopen(credential, kari)).status).toBe(200);
    await chosen({ requiresShownFile: false });
    expect((await verify(credential, kari, { pagesShown: 0 })).status).toBe(200);
  });

  it('states how it was checked and how long ago, or that nobody has said', async () => {
    const [stated, silent] = [await recordedBy(kind, owner), await recordedBy(kind, owner)];
    const now = new Date('2026-11-20T12:00:00.000Z');
    app.setNow(now);
    const checkedAt = '2026-11-08T11:00:00.000Z';
    const check = { method: 'issuer_contacted', reference: 'Call with the NMA, 4711', checkedAt };
    for (const [wrong, status, code, field] of [
      [{ method: 'guessed' }, 400, 'invalid_request', 'method'],
      [{ reference: 'x'.repeat(201) }, 400, 'invalid_request', 'reference'],
      [{ checkedAt: '2026-02-30T00:00:00Z' }, 400, 'invalid_request', 'checkedAt'],
      [{ checkedAt: '2026-11-20T12:00:01Z' }, 422, 'checked_in_future', 'checkedAt'],
      [{ checkedAt: '1899-12-31T00:00:00Z' }, 422, 'year_out_of_range', 'checkedAt'],
    ] as const) {
      expectProblem(await verify(stated, kari, wrong), status, code, field);
      expectProblem(await kari.client.post(`${stated.path}/reject`, { ...REASON, ...wrong }), status, code, field);
    }
    expect((await verify(stated, kari, check)).body).toMatchObject({
      method: 'issuer_contacted',
      checkedAt,
      checkAgeDays: 12,
    });
    expect((await verify(silent, kari)).body).toMatchObject({
      method: null,
      checkedAt: now.toISOString(),
      checkAgeDays: 0,
    });
    app.setNow(new Date(now.getTime() + 30 * DAY_MS));
    const read = await owner.client.get(stated.path);
    expect(read.body.verification).toMatchObject({ checkAgeDays: 42 });
    const [{ decision }] = await history(stated);
    expect(decision).toMatchObject({ ...check, pagesShown: null });
    const rejected = await recordedBy(kind, owner);
    expect((await kari.client.post(`${rejected.path}/reject`, { ...REASON, method: 'other' })).body.method).toBe(
      'other',
    );
  });

  it.each(['verify', 'reject'] as const)(
    'is put back to pending after %s, with the former decision to be read',
    async (verb) => {
      const credential = await recordedBy(kind, owner);
      expectProblem(await reopen(credential, kari), 409, 'not_decided');
      const decided = await (verb === 'verify'
        ? verify(credential, kari, { method: 'other' })
        : reject(credential, kari));
      for (const body of [{}, { reason: '' }, { reason: ' ' }, { reason: null }, { reason: 'x'.repeat(1001) }]) {
        expectProblem(await reopen(credential, ola, body), 400, 'invalid_request', 'reason');
      }
      expectProblem(await reopen(credential, owner), 403, 'not_permitted');
      const stale = { 'if-match': '"stale"' };
      expectProblem(await reopen(credential, ola, REASON, stale), 412, 'changed_since_read');
      const tag = { 'if-match': decided.headers.get('etag') ?? '' };
      const reopened = await reopen(credential, ola, REASON, tag);
      expect(reopened.body).toEqual({
        targetType: kind.name,
        targetId: credential.id,
        status: 'pending',
        rejectionReason: null,
        reviewedAt: null,
        method: null,
        checkedAt: null,
        checkAgeDays: null,
        verifiedName: null,
      });
      const [now, before] = await history(credential);
      expect(now).toMatchObject({
        number: 2,
        snapshot: before.snapshot,
        fileSha256: before.fileSha256,
        submittedByUserId: owner.person.uuid,
        reopening: { ...REASON, reopenedByUserId: ola.person.uuid, reopenedBy: null, reopenedAt: now.submittedAt },
        decision: null,
      });
      expect(before).toMatchObject({
        number: 1,
        reopening: null,
        decision: { outcome: verb === 'verify' ? 'verified' : 'rejected', decidedByUserId: kari.person.uuid },
      });
      expect(await told(credential, ola)).toEqual(twice(null));
      // Nobody decides on what they read before it was taken back.
      expectProblem(await verify(credential, kari, undefined, tag), 412, 'changed_since_read');
      expect((await verify(credential, kari)).body.status).toBe('verified');
      expect((await trailOf(credential)).slice(-2)).toEqual(['verification.reopen', 'verification.verify']);
    },
  );

  it('is taken back by nobody elsewhere, and by one of two at the same moment', async () => {
    const credential = await recordedBy(kind, owner);
    await verify(credential, kari);
    const stranger = await someone('admin', await app.given.organization({ name: 'Southern Crewing' }));
    expectProblem(await reopen(credential, stranger), 404, `${kind.name}_not_found`);
    const statuses = await Promise.all([reopen(credential, kari), reopen(credential, ola)]);
    expect(statuses.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await history(credential)).toHaveLength(2);
  });

  describe('that two people verify', () => {
    beforeEach(() => chosen({ reviewPolicy: 'two_people' }));

    it('waits for a second, different one after the first; history and desk name both', async () => {
      const credential = await recordedBy(kind, owner);
      const first = await verify(credential, kari, { method: 'document_only', reference: 'A 1' });
      expect(first.body).toMatchObject({ status: 'pending', reviewedAt: null, method: null });
      expectProblem(await verify(credential, kari), 409, 'second_reviewer_needed');
      expect(await told(credential, kari)).toEqual(twice('second_reviewer_needed'));
      expect(await told(credential, ola)).toEqual(twice(null));
      const { items } = (await ola.client.get(`${CREW}/queue?all_kinds=true&limit=1000&user_id=${owner.person.uuid}`))
        .body;
      const listed = items.find(({ targetId }: { targetId: string }) => targetId === credential.id);
      expect(listed.confirmedBy).toMatchObject({ id: kari.person.uuid });
      const second = await verify(credential, ola);
      expect(second.body).toMatchObject({ status: 'verified' });
      const [{ confirmation, decision }] = await history(credential);
      expect(confirmation).toMatchObject({
        confirmedByUserId: kari.person.uuid,
        confirmedBy: null,
        method: 'document_only',
        reference: 'A 1',
      });
      expect(decision).toMatchObject({ outcome: 'verified', decidedByUserId: ola.person.uuid });
      expect((await trailOf(credential)).slice(-2)).toEqual(['verification.confirm', 'verification.verify']);
      for (const statement of ['delete from confirmations', 'update confirmations set reference = null']) {
        await expect(app.database.query(statement)).rejects.toThrow('never changed or removed');
      }
    });

    it('is rejected by either alone, also by the first', async () => {
      for (const who of [kari, ola]) {
        const credential = await recordedBy(kind, owner);
        await verify(credential, kari);
        expect((await reject(credential, who)).body.status).toBe('rejected');
      }
    });

    it('is verified by two at the same moment, once each, and not by one who asks twice', async () => {
      for (let round = 0; round < 10; round++) {
        const credential = await recordedBy(kind, owner);
        const both = await Promise.all([verify(credential, kari), verify(credential, ola)]);
        expect(both.map(({ body }) => body.status).sort()).toEqual(['pending', 'verified']);
        const other = await recordedBy(kind, owner);
        const same = await Promise.all([verify(other, kari), verify(other, kari)]);
        expect(same.map(({ status }) => status).sort()).toEqual([200, 409]);
        expect(await statusOf(other)).toBe('pending');
      }
    });

    it('begins anew when it is sent in again', async () => {
      const credential = await recordedBy(kind, owner);
      await verify(credential, kari);
      expect((await credential.change((await storedFile(app, owner.person)).id)).status).toBe(200);
      expect((await verify(credential, kari)).body.status).toBe('pending');
      expect((await verify(credential, ola)).body.status).toBe('verified');
    });
  });

  async function trailOf({ id }: Credential): Promise<string[]> {
    const rows = await app.database.query<{ action: string }[]>(
      `select action from audit_records where target_id = $1 and action <> 'file.read' order by id`,
      [id],
    );
    return rows.map(({ action }) => action);
  }
});

describe('a diploma whose file is on its way', () => {
  it('is not decided on by who edited it meanwhile', async () => {
    const { id: titleId } = created(await boss.client.post(`${RS}/titles`, { name: 'Bosun' }));
    const attachment = { name: 'scan.pdf', mimeType: 'application/pdf', size: 100 };
    const diplomas = `${RS}/users/${owner.person.id}/diplomas`;
    const { diploma } = created(await owner.client.post(diplomas, { titleId, attachment }));
    const edited = await clerk.client.patch(`${diplomas}/${diploma.id}`, { obtainedAt: '2020-01-01T00:00Z' });
    expect(edited.status).toBe(200);
    const uploadId = (await storedFile(app, owner.person)).id;
    const sent = await owner.client.patch(`${diplomas}/${diploma.id}`, { uploadId });
    const [{ uuid }] = await app.database.query<[{ uuid: string }]>('select uuid from diplomas where id = $1', [
      sent.body.diploma.id,
    ]);
    const path = `${CREW}/diplomas/${uuid}/verify`;
    expectProblem(await clerk.client.post(path), 403, 'own_entry');
    expect((await kari.client.post(path)).status).toBe(200);
  });
});

describe('what an organisation wants of those who decide', () => {
  it('is strict from the beginning, and is changed by admins only, with a record', async () => {
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    const admin = await someone('admin', elsewhere);
    const office = await someone('office-admin', elsewhere);
    expect((await admin.client.get(SETTINGS)).body).toMatchObject({
      reviewPolicy: 'submitter',
      isReviewPolicyChosen: true,
      requiresFileOrOriginal: true,
      requiresShownFile: true,
    });
    for (const wrong of [{ reviewPolicy: 'nobody' }, { requiresFileOrOriginal: 'no' }, { requiresShownFile: null }]) {
      const [field] = Object.keys(wrong) as [string];
      expectProblem(await admin.client.patch(SETTINGS, wrong), 400, 'invalid_request', field);
    }
    expectProblem(await office.client.patch(SETTINGS, { reviewPolicy: 'owner' }), 403, 'not_permitted');
    const changed = await admin.client.patch(SETTINGS, { reviewPolicy: 'two_people', requiresShownFile: false });
    expect(changed.body).toMatchObject({ reviewPolicy: 'two_people', requiresShownFile: false });
    const [record] = await app.database.query<{ changes: object }[]>(
      `select changes from audit_records where organization_id = $1 and action = 'organization.update'`,
      [elsewhere.id],
    );
    expect(record?.changes).toEqual({
      reviewPolicy: { before: 'submitter', after: 'two_people' },
      requiresShownFile: { before: 'true', after: 'false' },
    });
  });
});

describe('the upgrade of a database from before', () => {
  interface Listening {
    on: (event: 'notice', listener: (notice: { message: string }) => void) => void;
  }

  it('lets a single reviewer go on until an admin chooses, and says whom; old decisions state no method', async () => {
    const old = await TestApp.start({ environment: { RUN_WORKER: 'false' }, isTrailChecked: false });
    try {
      const [alone, several, nobody] = [
        await old.given.organization({ name: 'Alone' }),
        await old.given.organization({ name: 'Several' }),
        await old.given.organization({ name: 'Nobody' }),
      ];
      const admin = await old.given.person({ organization: alone, role: 'admin' });
      const crew = await old.given.person({ organization: alone, role: 'crew-member' });
      const left = await old.given.person({ organization: alone, role: 'office-admin' });
      await old.database.query(`update memberships set state = 'deactivated' where user_uuid = $1`, [left.uuid]);
      for (const role of ['admin', 'office-employee'] as const) await old.given.person({ organization: several, role });
      await old.given.person({ organization: nobody, role: 'crew-member' });
      const client = await old.as(admin);
      const paper = { certificateType: 'medical', certificateNumber: newId() };
      const recordedPaper = await client.post(`${CREW}/users/${crew.uuid}/certificates`, paper);
      const path = `${CREW}/certificates/${recordedPaper.body.id}`;

      const migration = old.database.migrations.find(({ name }) => name?.startsWith('DecisionsThatHold'));
      const runner = old.database.createQueryRunner();
      await migration?.down(runner);
      // As the version before has decided: without a file, on what they recorded themselves.
      await old.database.query(
        `with decided as (update verifications set status = 'verified', reviewed_at = now() returning id)
         insert into decisions (id, organization_id, submission_id, outcome, decided_by_user_uuid, decided_at)
         select gen_random_uuid(), s.organization_id, s.id, 'verified', s.submitted_by_user_uuid, now()
         from submissions s join decided d on d.id = s.verification_id`,
      );
      const warnings: string[] = [];
      ((await runner.connect()) as Listening).on('notice', ({ message }) => warnings.push(message));
      await migration?.up(runner);
      await runner.release();

      const rows = await old.database.query<object[]>(
        `select name, review_policy as policy, is_review_policy_chosen as "isChosen" from organizations order by id`,
      );
      expect(rows).toEqual([
        { name: 'Alone', policy: 'owner', isChosen: false },
        { name: 'Several', policy: 'submitter', isChosen: true },
        { name: 'Nobody', policy: 'submitter', isChosen: true },
      ]);
      expect(warnings).toEqual([expect.stringContaining(`organization ${alone.id} has one person who may decide`)]);
      const read = (await client.get(path)).body.verification;
      expect(read).toMatchObject({ status: 'verified', method: null, checkedAt: read.reviewedAt });
      expect((await client.get(`${path}/submissions`)).body[0].decision).toMatchObject({
        method: null,
        pagesShown: null,
      });

      expect((await client.post(`${path}/reopen`, REASON)).status).toBe(200);
      expect((await client.post(`${path}/verify`, ORIGINAL_SEEN)).status).toBe(200);
      expect((await client.post(`${path}/reopen`, REASON)).status).toBe(200);
      const settled = await client.patch(SETTINGS, { reviewPolicy: 'submitter' });
      expect(settled.body).toMatchObject({ reviewPolicy: 'submitter', isReviewPolicyChosen: true });
      expectProblem(await client.post(`${path}/verify`, ORIGINAL_SEEN), 403, 'own_entry');
    } finally {
      await old.close();
    }
  });
});
