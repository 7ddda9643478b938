import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Organization } from '#libs/users';
import { CREDENTIAL_KINDS, doorsToFile, recorded } from '../support/credential-kinds';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { postForm } from '../support/post-form';
import { pdf } from '../support/sample-files';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const AUDIT = '/api/v1/shared/audit';
const READS = '/api/v1/shared/users/me/file-reads';

describe('the audit trail', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let employee: Person;
  let as: Record<'admin' | 'officeAdmin' | 'employee' | 'owner' | 'other' | 'foreigner', HttpClient>;
  let certificateId: string;

  const records = async (query: string, client = as.admin) => {
    const answer = await client.get(`${AUDIT}?${query}`);
    expect(answer.status).toBe(200);
    return answer.body.items;
  };
  const actions = async (query: string) => (await records(query)).map(({ action }: { action: string }) => action);

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization();
    const person = (role: Person['role'], where = organization) => app.given.person({ organization: where, role });
    owner = await person('crew-member');
    employee = await person('office-employee');
    const foreign = await app.given.organization({ name: 'Southern Crewing' });
    as = {
      admin: await app.as(await person('admin')),
      officeAdmin: await app.as(await person('office-admin')),
      employee: await app.as(employee),
      owner: await app.as(owner),
      other: await app.as(await person('crew-member')),
      foreigner: await app.as(await person('admin', foreign)),
    };
    const created = await as.owner.post(
      `/api/v1/crew/users/${owner.uuid}/certificates`,
      {
        certificateType: 'medical',
        certificateNumber: 'ENG1-1',
        expiryDate: '2030-01-31',
        notes: 'for the pilot boat',
      },
      { 'x-request-id': 'audit-create' },
    );
    certificateId = created.body.id;
    const change = { expiryDate: '2031-01-31', certificateNumber: 'ENG1-2' };
    await as.owner.patch(`/api/v1/crew/certificates/${certificateId}`, change, { 'x-request-id': 'audit-update' });
    const reject = { reason: 'The stamp of Dr. Hansen is missing' };
    await as.employee.post(`/api/v1/crew/certificates/${certificateId}/reject`, reject);
  });
  afterAll(() => app.close());

  it('says of a change who made it, from where, in which request, and every changed field before and after', async () => {
    const [update] = await records(`action=certificate.update&target_id=${certificateId}`);
    expect(update).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/Z$/),
      actor: {
        kind: 'person',
        id: owner.uuid,
        name: expect.stringMatching(/^Kari Nordmann-/),
        role: 'crew-member',
      },
      action: 'certificate.update',
      targetType: 'certificate',
      targetId: certificateId,
      userId: owner.uuid,
      changes: expect.any(Array),
      details: {},
      sessionId: expect.any(String),
      requestId: 'audit-update',
      address: '127.0.0.1',
    });
    expect(update.changes).toHaveLength(2);
    expect(update.changes).toEqual(
      expect.arrayContaining([
        { field: 'expiryDate', before: '2030-01-31', after: '2031-01-31', isKept: true },
        { field: 'certificateNumber', before: 'ENG1-1', after: 'ENG1-2', isKept: true },
      ]),
    );
    const [rejection] = await records(`action=verification.reject&target_id=${certificateId}`);
    expect(rejection).toMatchObject({ actor: { id: employee.uuid, role: 'office-employee' }, userId: owner.uuid });
    expect(rejection.changes).toEqual(
      expect.arrayContaining([
        { field: 'verificationStatus', before: 'pending', after: 'rejected', isKept: true },
        { field: 'rejectionReason', before: null, after: 'The stamp of Dr. Hansen is missing', isKept: true },
      ]),
    );
  });

  it('holds no personal value in the immutable part, and an erasure leaves that as it is', async () => {
    const immutable = async () =>
      JSON.stringify(
        await app.database.query('select * from audit_records where subject_user_uuid = $1', [owner.uuid]),
      );
    const text = await immutable();
    for (const impersonal of ['2031-01-31', 'rejected']) expect(text).toContain(impersonal);
    for (const personal of ['ENG1-', 'pilot', 'Hansen', '127.0.0.1', 'Nordmann', '@example.org']) {
      expect({ personal, isThere: text.includes(personal) }).toEqual({ personal, isThere: false });
    }
    const erased = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(erased);
    await client.patch('/api/v1/shared/users/me', { firstName: 'Ola' });
    await app.database.query('delete from audit_personal_values where person_uuid = $1', [erased.uuid]);
    expect(await immutable()).toBe(text);
    const [update] = await records(`action=profile.update&user_id=${erased.uuid}`);
    expect(update).toMatchObject({
      changes: [{ field: 'firstName', before: null, after: null, isKept: false }],
      address: null,
    });
  });

  it('never holds a password, old or new', async () => {
    const person = await app.given.person({ organization, role: 'crew-member' });
    const client = await app.as(person);
    const change = { currentPassword: person.password, newPassword: 'nobody will guess this one' };
    expect((await client.post('/api/v1/shared/users/me/password', change)).status).toBe(204);
    const [update] = await records(`action=profile.update&user_id=${person.uuid}`);
    expect(update.changes).toEqual([{ field: 'password', before: null, after: null, isKept: false }]);
    const everything = await app.database.query(
      'select (select jsonb_agg(to_jsonb(r)) from audit_records r) as a, (select jsonb_agg(to_jsonb(v)) from audit_personal_values v) as b',
    );
    for (const secret of [change.currentPassword, change.newPassword, 'argon2', 'eyJ']) {
      expect(JSON.stringify(everything)).not.toContain(secret);
    }
  });

  it('is listed by person, target, actor, action and time, and by all of them together', async () => {
    const mine = await records(`user_id=${owner.uuid}&limit=1000`);
    expect(mine.every(({ userId }: { userId: string }) => userId === owner.uuid)).toBe(true);
    expect(mine.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['session.create', 'certificate.create', 'verification.submit', 'verification.reject']),
    );
    expect(await actions(`target_type=certificate&target_id=${certificateId}`)).toEqual([
      'verification.reject',
      'verification.submit',
      'certificate.update',
      'verification.submit',
      'certificate.create',
    ]);
    expect(await actions(`target_type=diploma&target_id=${certificateId}`)).toEqual([]);
    const ofTarget = await records(`target_id=${certificateId}&limit=1000`);
    expect(new Set(ofTarget.map(({ targetId }: { targetId: string }) => targetId))).toEqual(new Set([certificateId]));
    expect(new Set(await actions(`actor_id=${employee.uuid}`))).toEqual(
      new Set(['session.create', 'verification.reject']),
    );
    const [created] = await records(`action=certificate.create&target_id=${certificateId}`);
    const [rejected] = await records(`action=verification.reject&target_id=${certificateId}`);
    const window = `target_id=${certificateId}&from=${created.at}&to=${rejected.at}`;
    expect(await actions(window)).toEqual([
      'verification.submit',
      'certificate.update',
      'verification.submit',
      'certificate.create',
    ]);
    const all = `${window}&user_id=${owner.uuid}&actor_id=${owner.uuid}&target_type=certificate&action=certificate.update`;
    expect(await actions(all)).toEqual(['certificate.update']);
  });

  it('comes page by page, newest first, each record once', async () => {
    const whole = (await records('limit=1000')).map(({ id }: { id: string }) => id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await as.admin.get(`${AUDIT}?limit=3&include_count=true${cursor ? `&cursor=${cursor}` : ''}`);
      expect(body.totalCount).toBe(whole.length);
      expect(body.items.length).toBeLessThanOrEqual(3);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
      expect(body.hasMore).toBe(cursor !== null);
    } while (cursor);
    expect(seen).toEqual(whole);
  });

  it.each([
    'user_id=x',
    'actor_id=1',
    'limit=0',
    'limit=1001',
    'from=yesterday',
    'to=2024-13-01T00:00:00Z',
    'search=x',
  ])('refuses the query %s, naming the field', async (query) => {
    expectProblem(await as.admin.get(`${AUDIT}?${query}`), 400, 'invalid_request', query.split('=')[0]);
  });

  it('refuses a cursor of another list', async () => {
    expectProblem(await as.admin.get(`${AUDIT}?cursor=WyJ4Il0`), 400, 'invalid_cursor');
  });

  it('is open to admins only, each to their own organisation', async () => {
    for (const client of [as.officeAdmin, as.employee, as.owner]) {
      expectProblem(await client.get(AUDIT), 403, 'not_permitted');
    }
    const foreign = await records('limit=1000', as.foreigner);
    expect(foreign.length).toBeGreaterThan(0);
    const ours = new Set((await records('limit=1000')).map(({ id }: { id: string }) => id));
    expect(foreign.filter(({ id }: { id: string }) => ours.has(id))).toEqual([]);
    expect(await records(`user_id=${owner.uuid}`, as.foreigner)).toEqual([]);
  });

  it('records a failed sign-in with the address it came from, and not what was typed', async () => {
    await app.anonymous.post('/auth/v1/rs/login/credentials', { email: owner.email, password: 'wrong password' });
    const [refusal] = await records(`user_id=${owner.uuid}&action=session.refuse`);
    expect(refusal).toMatchObject({ actor: { kind: 'system' }, address: '127.0.0.1', requestId: expect.any(String) });
  });

  describe('of file reads', () => {
    let uploadId: string;
    let scanned: string;

    beforeAll(async () => {
      // The office scans the paper: the file is theirs, the certificate the professional's.
      const file = pdf();
      const intent = await as.employee.post('/api/v1/shared/uploads/intent', {
        kind: 'certificate',
        mime: 'application/pdf',
        size: file.bytes.length,
        filename: 'scan.pdf',
      });
      uploadId = intent.body.uploadId;
      await postForm(intent.body.presignedPost, file.bytes, 'scan.pdf', 'application/pdf');
      expect((await as.employee.post(`/api/v1/shared/uploads/${uploadId}/finalize`)).status).toBe(200);
      const body = { certificateType: 'deck_certificate', uploadId };
      scanned = (await as.employee.post(`/api/v1/crew/users/${owner.uuid}/certificates`, body)).body.id;
      expect((await as.employee.get(`/api/v1/crew/certificates/${scanned}/download`)).status).toBe(200);
      expect((await as.officeAdmin.get(`/api/v1/shared/uploads/${uploadId}`)).status).toBe(200);
      expect((await as.owner.get(`/api/v1/crew/certificates/${scanned}/download`)).status).toBe(200);
    });

    it('tells a professional who was given their papers, in which role, when and which, also by way of the upload', async () => {
      const { body } = await as.owner.get(READS);
      expect(body.items.slice(0, 3)).toEqual([
        expect.objectContaining({ reader: expect.objectContaining({ id: owner.uuid }), targetId: scanned, uploadId }),
        expect.objectContaining({
          reader: expect.objectContaining({ role: 'office-admin' }),
          targetType: 'upload',
          targetId: uploadId,
          uploadId,
        }),
        {
          id: expect.any(String),
          at: expect.stringMatching(/Z$/),
          reader: {
            kind: 'person',
            id: employee.uuid,
            name: expect.stringMatching(/^Kari Nordmann-/),
            role: 'office-employee',
          },
          targetType: 'certificate',
          targetId: scanned,
          uploadId,
        },
      ]);
      const first = (await as.owner.get(`${READS}?limit=1`)).body;
      expect(first).toMatchObject({ hasMore: true, totalCount: null });
      const second = (await as.owner.get(`${READS}?limit=1&cursor=${first.nextCursor}`)).body;
      expect([...first.items, ...second.items]).toEqual(body.items.slice(0, 2));
    });

    it.each(CREDENTIAL_KINDS.flatMap((kind) => doorsToFile(kind).map((door) => [kind, door] as const)))(
      'tells who was given a file of %s by %s',
      async (kind, door) => {
        const { id: file } = await storedFile(app, owner);
        const paper = await recorded(app, kind, { person: owner, client: as.owner }, file);
        expect((await as.employee.get(`${paper.path}${door}`)).status).toBe(200);
        const { items } = (await as.owner.get(READS)).body;
        expect(items[0]).toMatchObject({ reader: { id: employee.uuid }, targetId: paper.id, uploadId: file });
      },
    );

    it('tells a member of two organisations about the papers in the one they are signed in to', async () => {
      const elsewhere = await app.given.organization({ name: 'Western Crewing' });
      const there = await app.given.person({ organization: elsewhere, role: 'office-employee' });
      const asThere = await app.as(there);
      const person = await app.given.person({ organization, role: 'crew-member' });
      const client = await app.as(person);
      await app.given.membership(person, elsewhere, 'crew-member');
      /** Somebody in the office scans a paper and looks at it, and at the file alone. */
      const read = async (clerk: Person, asClerk: HttpClient) => {
        const { id: file } = await storedFile(app, clerk);
        const paper = { certificateType: 'medical', uploadId: file };
        const { body } = await asClerk.post(`/api/v1/crew/users/${person.uuid}/certificates`, paper);
        expect((await asClerk.get(`/api/v1/crew/certificates/${body.id}/download`)).status).toBe(200);
        expect((await asClerk.get(`/api/v1/shared/uploads/${file}`)).status).toBe(200);
        return [file, body.id];
      };
      const [ours, theirs] = [await read(employee, as.employee), await read(there, asThere)];
      const shown = async (headers?: Record<string, string>) =>
        (await client.get(READS, headers)).body.items.map(({ targetId }: { targetId: string }) => targetId);
      expect(await shown()).toEqual(ours);
      const switched = await client.post('/auth/v1/rs/login/switch', { organizationId: elsewhere.id });
      expect(await shown({ authorization: `Bearer ${switched.body.data.accessToken}` })).toEqual(theirs);
    });

    it('tells nobody about the papers of somebody else', async () => {
      expect((await as.other.get(READS)).body.items).toEqual([]);
      expectProblem(await app.anonymous.get(READS), 401, 'not_signed_in');
    });
  });
});
