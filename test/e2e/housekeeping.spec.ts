import { Jobs } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import { StorageVerifier, type Upload } from '#libs/uploads';
import type { Person } from '../support/given';
import { expectProblem, type HttpClient } from '../support/http';
import { STORED_BYTES, storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

const DAY_MS = 86_400_000;

let app: TestApp;
let person: Person;
let client: HttpClient;

beforeAll(async () => {
  app = await TestApp.start();
  person = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
  client = await app.as(person);
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => app?.close());

function givenFile(daysAgo: number, sender: Person = person, change: Partial<Upload> = {}) {
  return storedFile(app, sender, { daysAgo, ...change });
}

async function sweep(): Promise<void> {
  await app.app.get(Jobs).byName.get('uploads-sweep')?.({});
}

async function stateOf(id: string): Promise<string> {
  const [row] = await app.database.query<{ status: string; failure_code: string | null }[]>(
    'select status, failure_code from uploads where id = $1',
    [id],
  );
  return [row?.status, row?.failure_code].filter(Boolean).join(' ');
}

async function objectsOf(id: string, { organizationId }: Person = person): Promise<string[]> {
  const storage = app.app.get(ObjectStorage);
  const found = await Promise.all(['files', 'derived'].map((root) => storage.list(`${root}/${organizationId}/${id}/`)));
  const isQuarantined = await storage.find(`quarantine/${organizationId}/${id}`);
  return [...found.flat(), ...(isQuarantined ? ['quarantine'] : [])];
}

async function certificateOn(uploadId: string): Promise<string> {
  const answer = await client.post(`/api/v1/crew/users/${person.uuid}/certificates`, {
    certificateType: 'medical',
    uploadId,
  });
  expect(answer.status).toBe(201);
  return answer.body.id;
}

/** What is reserved, and what the files that are there or on their way add up to. */
async function usage(): Promise<{ organization: number; reserved: number; stored: number }[]> {
  return app.database.query(
    `select u.organization_id as organization, u.reserved_bytes - (select coalesce(sum(free_bytes), 0) from upload_advances a where a.organization_id = u.organization_id)::bigint as reserved,
            (select coalesce(sum(size_bytes), 0)::bigint from uploads f
             where f.organization_id = u.organization_id and f.status in ('pending', 'uploaded', 'ready')) as stored
     from upload_usage u order by 1`,
  );
}

describe('the nightly sweep', () => {
  it('removes a file that no credential has ever referred to after seven days, and says why it is gone', async () => {
    const [old, recent] = [await givenFile(8), await givenFile(6)];
    await sweep();
    expect([await stateOf(old.id), await stateOf(recent.id)]).toEqual(['failed upload_unused', 'ready']);
    expect(await objectsOf(old.id)).toEqual([]);
    expect(await objectsOf(recent.id)).toHaveLength(2);
    const answer = await client.get(`/api/v1/shared/uploads/${old.id}`);
    expect(answer.body).toMatchObject({ status: 'failed', failureCode: 'upload_unused', downloadUrl: null });
    await sweep();
    const records = await app.database.query('select action, details from audit_records where target_id = $1', [
      old.id,
    ]);
    expect(records).toEqual([{ action: 'upload.remove', details: { by: 'uploads-sweep', code: 'upload_unused' } }]);
  });

  it('keeps every file of a living credential, also one that another has replaced', async () => {
    const [first, second] = [await givenFile(5000), await givenFile(5000)];
    const id = await certificateOn(first.id);
    expect((await client.patch(`/api/v1/crew/certificates/${id}`, { uploadId: second.id })).status).toBe(200);
    await sweep();
    expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['ready', 'ready']);
  });

  it('keeps the files of a deleted credential until their retention has ended', async () => {
    const [first, second] = [await givenFile(20), await givenFile(20)];
    const id = await certificateOn(first.id);
    await client.patch(`/api/v1/crew/certificates/${id}`, { uploadId: second.id });
    expect((await client.delete(`/api/v1/crew/certificates/${id}`)).status).toBe(204);
    await deletedDaysAgo(id, 3649);
    await sweep();
    expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(['ready', 'ready']);
    await deletedDaysAgo(id, 3651);
    await sweep();
    expect([await stateOf(first.id), await stateOf(second.id)]).toEqual(Array(2).fill('failed retention_ended'));
    expect([...(await objectsOf(first.id)), ...(await objectsOf(second.id))]).toEqual([]);
  });

  it('keeps a file that a living credential refers to besides a deleted one', async () => {
    const file = await givenFile(20);
    const [deleted] = [await certificateOn(file.id), await certificateOn(file.id)];
    await client.delete(`/api/v1/crew/certificates/${deleted}`);
    await deletedDaysAgo(deleted, 5000);
    await sweep();
    expect(await stateOf(file.id)).toBe('ready');
  });

  it('either removes a file or lets it be attached, however close together', async () => {
    const files = await Promise.all(Array.from({ length: 20 }, () => givenFile(8)));
    const attach = (uploadId: string) =>
      client.post(`/api/v1/crew/users/${person.uuid}/certificates`, { certificateType: 'medical', uploadId });
    const [answers] = await Promise.all([Promise.all(files.map(({ id }) => attach(id))), sweep(), sweep()]);
    await sweep();
    for (const [index, { id }] of files.entries()) {
      const isAttached = answers[index]?.status === 201;
      if (!isAttached) expectProblem(answers[index]!, 422, 'upload_not_usable', 'uploadId');
      expect(await stateOf(id)).toBe(isAttached ? 'ready' : 'failed upload_unused');
      expect(await objectsOf(id)).toHaveLength(isAttached ? 2 : 0);
    }
  });

  it('goes on where a process was killed between the end of a file and its removal', async () => {
    const file = await givenFile(8);
    const removal = jest.spyOn(app.app.get(ObjectStorage), 'remove').mockRejectedValue(new Error('killed'));
    await expect(sweep()).rejects.toThrow('killed');
    removal.mockRestore();
    expect(await stateOf(file.id)).toBe('failed upload_unused');
    expect(await objectsOf(file.id)).toHaveLength(2);
    await sweep();
    expect(await objectsOf(file.id)).toEqual([]);
  });

  it('empties the quarantine after thirty days', async () => {
    const infected = { status: 'infected', objectKey: null, derivativesPrefix: null } as const;
    const [old, recent] = [await givenFile(31, person, infected), await givenFile(29, person, infected)];
    await sweep();
    expect([await stateOf(old.id), await stateOf(recent.id)]).toEqual(['infected quarantine_ended', 'infected']);
    expect(await objectsOf(old.id)).not.toContain('quarantine');
    expect(await objectsOf(recent.id)).toContain('quarantine');
  });

  it('releases what it removes exactly once, of each organisation its own', async () => {
    const other = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    await Promise.all([givenFile(8), givenFile(8), givenFile(8, other), givenFile(1, other)]);
    await Promise.all([sweep(), sweep()]);
    await sweep();
    const rows = await usage();
    expect(rows.map(({ reserved }) => reserved)).toEqual(rows.map(({ stored }) => stored));
    expect(rows.find(({ organization }) => organization === other.organizationId)?.reserved).toBe(STORED_BYTES);
  });
});

describe('a file whose bytes have changed in storage', () => {
  const verify = () => app.app.get(StorageVerifier).verify({ restart: true, onProgress: () => undefined });
  const withKey = (key: string) => (finding: { key: string }) => finding.key === key;

  it('is withheld from the moment that is noticed until it has been restored', async () => {
    const file = await givenFile(1, person, { derivativesPrefix: null });
    const id = await certificateOn(file.id);
    const storage = app.app.get(ObjectStorage);
    await storage.write(file.key, Buffer.alloc(STORED_BYTES, 'other'), 'application/pdf');
    expect((await verify()).findings.filter(withKey(file.key))).toMatchObject([{ kind: 'altered', uploadId: file.id }]);
    expectProblem(await client.get(`/api/v1/crew/certificates/${id}/download`), 409, 'file_altered');
    expect((await client.get(`/api/v1/shared/uploads/${file.id}`)).body.downloadUrl).toBeNull();
    await storage.write(file.key, file.bytes, 'application/pdf');
    expect((await verify()).findings.filter(withKey(file.key))).toEqual([]);
    expect((await client.get(`/api/v1/crew/certificates/${id}/download`)).status).toBe(200);
  });
});

async function deletedDaysAgo(certificateId: string, days: number): Promise<void> {
  const at = new Date(Date.now() - days * DAY_MS);
  await app.database.query('update certificates set deleted_at = $2 where id = $1', [certificateId, at]);
  await app.database.query('update verifications set withdrawn_at = $2 where target_id = $1', [certificateId, at]);
}
