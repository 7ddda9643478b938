import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from '../support/http';
import { ORIGINAL_SEEN } from '../support/papers';
import { Standby } from '../support/standby';
import { TestApp } from '../support/test-app';

const NO_STORAGE = {
  S3_BUCKET: 'credence-files',
  S3_REGION: 'eu-north-1',
  S3_ENDPOINT: 'http://127.0.0.1:9',
  S3_ACCESS_KEY_ID: 'none',
  S3_SECRET_ACCESS_KEY: 'none',
};

let standby: Standby;
let app: TestApp;
let office: HttpClient;
let sailor: HttpClient;
let sailorUuid: string;

/** The replica is looked at once a second. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('It does not come to pass');
    await sleep(50);
  }
}

const health = async () => (await app.anonymous.get('/health/ready')).body;
const certificates = (client: HttpClient) => client.get(`/api/v1/crew/users/${sailorUuid}/certificates`);
const count = async (client: HttpClient) => (await certificates(client)).body.length;
const create = async (client: HttpClient) => {
  const answer = await client.post(`/api/v1/crew/users/${sailorUuid}/certificates`, { certificateType: 'medical' });
  expect(answer.status).toBe(201);
  return answer.body.id as string;
};

/** Two servers are set up, beside other tests. */
const SET_UP_MS = 120_000;

beforeAll(async () => {
  standby = await Standby.start();
  app = await TestApp.start({ environment: NO_STORAGE, standby });
  const organization = await app.given.organization();
  const staff = await app.given.person({ organization, role: 'office-admin' });
  const crew = await app.given.person({ organization, role: 'crew-member' });
  sailorUuid = crew.uuid;
  [office, sailor] = [await app.as(staff), await app.as(crew)];
  await until(async () => (await health()).checks.replica === 'ok');
}, SET_UP_MS);

afterAll(async () => {
  await app.close();
  await standby.stop();
});

describe('with a replica', () => {
  it('that stands still, people see what they have written themselves, in lists and one by one', async () => {
    await create(sailor);
    await standby.catchUp();
    expect(await count(office)).toBe(1);
    await standby.pause();
    try {
      const id = await create(sailor);
      expect(await count(sailor)).toBe(2);
      expect((await sailor.get(`/api/v1/crew/certificates/${id}`)).status).toBe(200);
      // Somebody else reads from the replica, which does not know of it yet.
      expect(await count(office)).toBe(1);
      expect((await office.get(`/api/v1/crew/certificates/${id}`)).status).toBe(404);
      // Whoever decides has written, and sees the queue without it, the trail with it.
      expect((await office.post(`/api/v1/crew/certificates/${id}/verify`, ORIGINAL_SEEN)).status).toBe(200);
      expect((await office.get('/api/v1/crew/queue')).body.items).toHaveLength(1);
      expect(await count(office)).toBe(2);
    } finally {
      await standby.resume();
    }
  });

  it('that is away, everything is read from the primary, and the process stays ready', async () => {
    await standby.catchUp();
    const before = await count(office);
    await standby.fail();
    expect(await count(office)).toBe(before);
    await until(async () => (await health()).checks.replica === 'failing');
    expect(await count(sailor)).toBe(before);
  });
});
