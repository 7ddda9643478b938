import { randomUUID } from 'node:crypto';
import type { Person } from '../support/given';
import { heldUp } from '../support/held-up';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const UPLOADS = '/api/v1/shared/uploads';
const SIZE = 1000;
/** A hundredth of it is taken in advance at a time, ten files; so are a person's open ones at most, a tenth. */
const QUOTA = 100 * SIZE;
const FILES_OF_PERSON = 10;

interface Insider {
  person: Person;
  client: HttpClient;
}

/** Of one organisation. */
type Crew = [Insider, Insider, ...Insider[]];

let app: TestApp;

beforeAll(async () => (app = await TestApp.start()));
afterAll(() => app.close());

async function crewOf(count: number, uploadQuotaBytes: number): Promise<Crew> {
  const organization = await app.given.organization({ uploadQuotaBytes });
  const people = Array.from({ length: count }, () => app.given.person({ organization, role: 'crew-member' }));
  const crew = await Promise.all(
    people.map(async (made) => ({ person: await made, client: await app.as(await made) })),
  );
  return crew as unknown as Crew;
}

function announce({ client }: Insider, size = SIZE, headers = {}): Promise<Answer> {
  const file = { kind: 'certificate', mime: 'application/pdf', filename: 'scan.pdf', size };
  return client.post(`${UPLOADS}/intent`, file, headers);
}

interface Usage {
  reserved: number;
  /** Sum of what is announced. */
  announced: number;
  /** Of each advance. */
  free: number[];
}

async function usageOf([
  {
    person: { organizationId },
  },
]: Crew): Promise<Usage> {
  const [usage] = await app.database.query<[Usage]>(
    `select (select reserved_bytes from upload_usage where organization_id = $1) as reserved,
            (select coalesce(sum(size_bytes), 0)::bigint from uploads where organization_id = $1 and status = 'pending') as announced,
            array(select free_bytes::int from upload_advances where organization_id = $1 order by id) as free`,
    [organizationId],
  );
  return usage;
}

/** What is reserved is what was announced and what lies in advances. */
async function expectBalanced(crew: Crew): Promise<Usage> {
  const usage = await usageOf(crew);
  expect(usage.reserved).toBe(usage.announced + usage.free.reduce((a, b) => a + b, 0));
  return usage;
}

describe('the quota of an organisation', () => {
  it('is used up to its last byte and never overdrawn, however many announce at once', async () => {
    const crew = await crewOf(15, QUOTA);
    const asked = Array.from({ length: FILES_OF_PERSON }, () => crew.map((one) => announce(one)));
    const answers = await Promise.all(asked.flat());
    for (const answer of answers.filter(({ status }) => status !== 201)) expectProblem(answer, 413, 'quota_exceeded');
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(QUOTA / SIZE);
    expect(await usageOf(crew)).toEqual({ reserved: QUOTA, announced: QUOTA, free: [] });
  });

  it('is not overdrawn by files of all sizes, announced with keys and without', async () => {
    const crew = await crewOf(15, QUOTA);
    const sizes = [SIZE, 3 * SIZE, 2 * SIZE, SIZE / 2, SIZE, SIZE / 4];
    const asked = sizes.map((size, i) =>
      crew.map((one) => announce(one, size, i % 2 ? { 'idempotency-key': randomUUID() } : {})),
    );
    const statuses = new Set((await Promise.all(asked.flat())).map(({ status }) => status));
    expect([...statuses].sort()).toEqual([201, 413]);
    const { reserved } = await expectBalanced(crew);
    expect(reserved).toBeLessThanOrEqual(QUOTA);
    expect(reserved).toBeGreaterThan(QUOTA - 3 * SIZE);
  });

  it("has an announcement wait for no other one: neither for the organisation's row nor for an advance that somebody holds", async () => {
    const crew = await crewOf(2, 100 * QUOTA);
    const [one, other] = crew;
    expect((await announce(one)).status).toBe(201);
    const rows = 'select 1 from upload_usage where organization_id = $1 for update';
    await heldUp(app, rows, [one.person.organizationId], async () => {
      expect((await announce(one)).status).toBe(201);
      expect((await announce(other)).status).toBe(201);
    });
    const advances = 'select 1 from upload_advances where organization_id = $1 for update';
    await heldUp(app, advances, [one.person.organizationId], async () => {
      expect((await announce(one)).status).toBe(201);
      expect((await announce(other)).status).toBe(201);
    });
    const { free } = await expectBalanced(crew);
    expect(free).toHaveLength(2);
  });

  it('has no job put into the queue, whose notice would be waited for at every commit', async () => {
    const [one] = await crewOf(1, QUOTA);
    const statements = await app.statements(() => announce(one));
    expect(statements.filter((text) => text.includes('insert into "uploads"'))).toHaveLength(1);
    expect(statements.filter((text) => /graphile_worker|notify/i.test(text))).toEqual([]);
  });

  it('has an announcement that dies in the middle leave nothing behind, in an advance or elsewhere', async () => {
    const crew = await crewOf(1, 100 * QUOTA);
    const [one] = crew;
    expect((await announce(one)).status).toBe(201);
    const before = await usageOf(crew);
    // Held where the row of the upload refers to its sender: then the advance has been used.
    await heldUp(app, 'select 1 from users where uuid = $1 for update', [one.person.uuid], async (waiting) => {
      const asked = announce(one);
      await waiting(1);
      await app.database.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect((await asked).status).toBeGreaterThanOrEqual(500);
    });
    expect(await usageOf(crew)).toEqual(before);
    // Another connection may be found broken first.
    const again = [await announce(one)];
    while (again.length < 10 && again.at(-1)?.status === 503) again.push(await announce(one));
    expect(again.at(-1)?.status).toBe(201);
    await expectBalanced(crew);
  });

  it('gives back what lies in advances before it refuses anything', async () => {
    const crew = await crewOf(12, 100 * QUOTA);
    const [one, ...others] = crew;
    expect((await announce(one)).status).toBe(201);
    expect((await usageOf(crew)).free).toEqual([QUOTA]);
    const TENTH = 10 * QUOTA;
    for (const other of others.slice(0, 9)) expect((await announce(other, TENTH)).status).toBe(201);
    const [last, nobody] = others.slice(9);
    expect((await announce(last as Insider, TENTH - SIZE)).status).toBe(201);
    expect(await usageOf(crew)).toEqual({ reserved: 100 * QUOTA, announced: 100 * QUOTA, free: [] });
    expectProblem(await announce(nobody as Insider, 1), 413, 'quota_exceeded');
  });
});
