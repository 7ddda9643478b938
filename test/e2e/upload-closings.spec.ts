import { Client } from 'pg';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import type { HttpClient } from '../support/http';
import { created } from '../support/papers';
import { reservedBytes } from '../support/reserved-bytes';
import { pdf } from '../support/sample-files';
import { checked, sendFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const UPLOADS = '/api/v1/shared/uploads';
const JOB = 'uploads-close-expired';
/** Of `pg_try_advisory_lock(int, int)`. */
const LOCK_SPACE = 0x75706c64;
const SIZE = 1000;
const AGAIN_MS = 10 * 60_000;

interface State {
  status: string;
  closesAt: Date | null;
  revision: number;
}

let app: TestApp;
let client: HttpClient;
let organizationId: number;

beforeAll(async () => {
  app = await TestApp.start();
  const organization = await app.given.organization();
  organizationId = organization.id;
  client = await app.as(await app.given.person({ organization, role: 'crew-member' }));
});
afterEach(() => app.setNow(null));
afterAll(() => app.close());

async function announce(): Promise<string> {
  const file = { kind: 'certificate', mime: 'application/pdf', filename: 'scan.pdf', size: SIZE };
  return created(await client.post(`${UPLOADS}/intent`, file)).uploadId as string;
}

async function stateOf(id: string): Promise<State> {
  const [state] = await app.database.query<[State]>(
    'select status, closes_at as "closesAt", revision from uploads where id = $1',
    [id],
  );
  return state;
}

/** When it is closed, which must be known. */
async function dueAt(id: string): Promise<Date> {
  const { closesAt } = await stateOf(id);
  if (!closesAt) throw new Error(`${id} is closed`);
  return closesAt;
}

async function closeAt(instant: Date): Promise<void> {
  app.setNow(instant);
  await app.app.get(Jobs).byName.get(JOB)?.({});
}

describe('uploads whose link has expired', () => {
  it('are closed all the same when one cannot be: that one is tried again ten minutes later', async () => {
    const [stuck, other] = [await announce(), await announce()];
    const storage = app.app.get(ObjectStorage);
    const remove = storage.remove.bind(storage);
    storage.remove = (key) => (key.includes(stuck) ? Promise.reject(new Error('No answer')) : remove(key));
    const due = await dueAt(other);
    try {
      await closeAt(due);
    } finally {
      storage.remove = remove;
    }
    expect(await stateOf(other)).toMatchObject({ status: 'failed', closesAt: null });
    const again = new Date(due.getTime() + AGAIN_MS);
    expect(await stateOf(stuck)).toMatchObject({ status: 'failed', closesAt: again });
    await closeAt(new Date(again.getTime() - 1));
    expect(await stateOf(stuck)).toMatchObject({ closesAt: again });
    await closeAt(again);
    expect(await stateOf(stuck)).toMatchObject({ closesAt: null });
    expect(await reservedBytes(app, organizationId)).toBe(0);
  });

  it('are closed by one process at a time, and by the next one when that is gone', async () => {
    const id = await announce();
    const due = await dueAt(id);
    const other = new Client({ connectionString: app.app.get(Config).databaseUrl });
    await other.connect();
    await other.query('select pg_advisory_lock($1, hashtext($2))', [LOCK_SPACE, JOB]);
    await closeAt(due);
    expect(await stateOf(id)).toMatchObject({ status: 'pending', closesAt: due });
    await other.end();
    for (let round = 0; round < 200 && (await stateOf(id)).status === 'pending'; round += 1) await closeAt(due);
    expect(await stateOf(id)).toMatchObject({ status: 'failed', closesAt: null });
  });

  it('keep a file that has passed, and its version', async () => {
    const id = await sendFile(client, pdf());
    await checked(app, id);
    const before = await stateOf(id);
    await closeAt(await dueAt(id));
    expect(await stateOf(id)).toEqual({ ...before, closesAt: null });
    app.setNow(null);
    const { downloadUrl } = (await client.get(`${UPLOADS}/${id}`)).body;
    expect((await fetch(downloadUrl as string)).status).toBe(200);
  });
});
