import { credentialKinds } from '#libs/credentials';
import { addDays, encodeCursor, newId } from '#libs/common';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import { type Answer, expectProblem, type HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';

const BASE = '/api/v1/crew';
const NOW = new Date('2027-11-20T12:00:00.000Z');

interface Span {
  expiresFrom: string | null;
  expiresTo: string;
  counts: { certificateType: string; count: number }[];
}

describe('the overview', () => {
  let app: TestApp;
  let organization: Organization;
  let member: Person;
  let employee: Person;
  let staff: HttpClient;
  let asMember: HttpClient;
  let ids: Record<string, string>;

  const record = async (certificateType: string, expiryDate: string | null): Promise<string> =>
    created(await asMember.post(`${BASE}/users/${member.uuid}/certificates`, { certificateType, expiryDate })).id;

  beforeAll(async () => {
    app = await TestApp.start();
    organization = await app.given.organization({ timeZone: 'Pacific/Auckland', expiringSoonDays: 90 });
    member = await app.given.person({ organization, role: 'crew-member' });
    app.setNow(new Date(NOW.getTime() - 5 * 86_400_000));
    asMember = await app.as(member);
    ids = {
      expired: await record('medical', '2027-11-20'),
      today: await record('medical', '2027-11-21'),
      in45: await record('medical', '2028-01-05'),
    };
    app.setNow(NOW);
    asMember = await app.as(member);
    employee = await app.given.person({ organization, role: 'office-employee' });
    staff = await app.as(employee);
    ids = {
      ...ids,
      in80: await record('gmdss_endorsement', '2028-02-09'),
      later: await record('gmdss_endorsement', '2028-10-31'),
      never: await record('other', null),
    };
    await staff.post(`${BASE}/certificates/${ids['later']}/reject`, { reason: 'Unreadable' });
    await staff.post(`${BASE}/certificates/${ids['never']}/verify`, ORIGINAL_SEEN);
    // Who belongs to another organisation as well must not appear twice.
    await app.given.membership(member, await app.given.organization(), 'crew-member');
  });
  afterAll(() => app.close());

  const total = (span: Span) => span.counts.reduce((sum, { count }) => sum + count, 0);
  const idsOf = (answer: Answer) =>
    (answer.body.items as { certificate: { id: string } }[]).map(({ certificate }) => certificate.id);
  const named = (...names: string[]) => names.map((name) => ids[name]);

  it('counts what waits by its age, what was rejected and what was decided, by the days of the organisation', async () => {
    const { body } = await staff.get(`${BASE}/overview`);
    // Noon in UTC is past midnight in Auckland.
    expect(body.today).toBe('2027-11-21');
    expect(body.waiting.map(({ count }: { count: number }) => count)).toEqual([1, 0, 3, 0]);
    expect(body.oldestSubmittedAt).toBe('2027-11-15T12:00:00.000Z');
    const rejected = Object.fromEntries(
      body.rejected.map(({ targetType, count }: { targetType: string; count: number }) => [targetType, count]),
    );
    const none = Object.fromEntries(credentialKinds().map(({ name }) => [name, 0]));
    expect(rejected).toEqual({ ...none, certificate: 1 });
    expect(body.reviewed).toHaveLength(30);
    expect(body.reviewed.at(-1)).toEqual({ date: '2027-11-21', verified: 1, rejected: 1 });
    const [, , old] = body.waiting;
    const range = `submitted_after=${old.submittedAfter}&submitted_before=${old.submittedBefore}`;
    expect((await staff.get(`${BASE}/queue?${range}`)).body.items).toHaveLength(3);
  });

  it('counts what expires by window and month, and each count is as long as the list behind it', async () => {
    const { body } = await staff.get(`${BASE}/overview`);
    expect(body.expiry.map(total)).toEqual([1, 1, 1, 1]);
    expect(body.months.map(total)).toEqual([1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
    for (const span of [...body.expiry, ...body.months] as Span[]) {
      const from = span.expiresFrom ? `&expires_from=${span.expiresFrom}` : '';
      for (const { certificateType, count } of span.counts.filter((entry) => entry.count > 0)) {
        const list = await staff.get(
          `${BASE}/certificates?certificate_type=${certificateType}${from}&expires_to=${span.expiresTo}`,
        );
        expect(list.body.items).toHaveLength(count);
      }
    }
  });

  describe('of an organisation of its own', () => {
    const DAY_MS = 86_400_000;
    let there: Organization;
    let owner: Person;
    let office: Person;
    let asOffice: HttpClient;

    beforeEach(async () => {
      there = await app.given.organization({ timeZone: 'Pacific/Auckland' });
      owner = await app.given.person({ organization: there, role: 'crew-member' });
      office = await app.given.person({ organization: there, role: 'office-employee' });
      asOffice = await app.as(office);
    });
    afterEach(() => app.setNow(NOW));

    const send = async (expiryDate: string | null = null): Promise<string> => {
      const client = await app.as(owner);
      const certificate = { certificateType: 'medical', expiryDate };
      return created(await client.post(`${BASE}/users/${owner.uuid}/certificates`, certificate)).id;
    };
    const overview = async () => (await asOffice.get(`${BASE}/overview`)).body;

    it('counts the last day of each window in it, and the day after in the next', async () => {
      const days = [-1, 0, 30, 31, 60, 61, 90, 91];
      for (const day of days) await send(addDays('2027-11-21', day));
      const { expiry } = await overview();
      expect(expiry.map(({ expiresFrom, expiresTo }: Span) => [expiresFrom, expiresTo])).toEqual([
        [null, addDays('2027-11-21', -1)],
        ...[0, 31, 61].map((first, index) => [first, 30 * (index + 1)].map((day) => addDays('2027-11-21', day))),
      ]);
      expect(expiry.map(total)).toEqual([1, 2, 2, 2]);
    });

    it('counts each day in its month, of this one from today on, and nothing after the twelfth', async () => {
      const days = ['2027-11-20', '2027-11-21', '2027-11-30', '2027-12-01', '2027-12-31', '2028-01-01', '2028-01-31'];
      for (const day of [...days, '2028-02-29', '2028-03-01', '2028-10-31', '2028-11-01']) await send(day);
      expect((await overview()).months.map(total)).toEqual([2, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0, 1]);
    });

    it('counts what waits for exactly so many days as younger, and for a millisecond more as older', async () => {
      for (const days of [1, 3, 7]) {
        for (const ms of [0, 1]) {
          app.setNow(new Date(NOW.getTime() - days * DAY_MS - ms));
          await send();
        }
      }
      app.setNow(NOW);
      asOffice = await app.as(office);
      expect((await overview()).waiting.map(({ count }: { count: number }) => count)).toEqual([1, 2, 2, 1]);
    });

    it('tells since when the oldest has been waiting, whatever was decided before', async () => {
      app.setNow(new Date(NOW.getTime() - 2 * DAY_MS));
      const decided = await send();
      app.setNow(new Date(NOW.getTime() - DAY_MS));
      await send();
      app.setNow(NOW);
      asOffice = await app.as(office);
      expect((await overview()).oldestSubmittedAt).toBe('2027-11-18T12:00:00.000Z');
      await asOffice.post(`${BASE}/certificates/${decided}/verify`, ORIGINAL_SEEN);
      expect((await overview()).oldestSubmittedAt).toBe('2027-11-19T12:00:00.000Z');
    });

    it('counts a decision on the day on which it is made there, for thirty days', async () => {
      // Midnight in Auckland, thirteen hours ahead of UTC.
      const midnights = ['2027-10-22T11:00:00.000Z', '2027-10-23T11:00:00.000Z', '2027-11-20T11:00:00.000Z'];
      for (const instant of midnights.map((text) => new Date(text).getTime())) {
        for (const ms of [-1, 0]) {
          app.setNow(new Date(instant + ms));
          const id = await send();
          const answer = await (await app.as(office)).post(`${BASE}/certificates/${id}/verify`, ORIGINAL_SEEN);
          expect(answer.status).toBe(200);
        }
      }
      app.setNow(NOW);
      asOffice = await app.as(office);
      const { reviewed } = await overview();
      const days = reviewed.filter(({ verified }: { verified: number }) => verified > 0);
      expect([reviewed[0].date, reviewed.at(-1).date]).toEqual(['2027-10-23', '2027-11-21']);
      expect(days.map(({ date, verified }: { date: string; verified: number }) => [date, verified])).toEqual([
        ['2027-10-23', 2],
        ['2027-10-24', 1],
        ['2027-11-20', 1],
        ['2027-11-21', 1],
      ]);
    });

    it('counts nothing that was deleted, and the register does not either', async () => {
      const figures = async () => ({
        ...(await overview()),
        // What was decided stays decided.
        reviewed: null,
        register: (await asOffice.get(`${BASE}/certificates?include_count=true`)).body,
      });
      const before = await figures();
      expect(before.register).toMatchObject({ items: [], totalCount: 0 });
      const dates = ['2027-11-20', '2027-11-21', '2028-01-05', '2028-02-09', '2028-10-31', null];
      const waiting = await Promise.all(dates.map(send));
      const rejected = await Promise.all(dates.map(send));
      for (const id of rejected) await asOffice.post(`${BASE}/certificates/${id}/reject`, { reason: 'Unreadable' });
      const full = await figures();
      expect(full.register.totalCount).toBe(2 * dates.length);
      expect(full.rejected).toContainEqual({ targetType: 'certificate', count: dates.length });
      const client = await app.as(owner);
      for (const id of [...waiting, ...rejected]) await client.delete(`${BASE}/certificates/${id}`);
      expect(await figures()).toEqual(before);
    });
  });

  it("lists everybody's certificates in the order of expiry, page after page, those without a date last", async () => {
    const all = named('expired', 'today', 'in45', 'in80', 'later', 'never');
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await staff.get(`${BASE}/certificates?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...idsOf(page));
      cursor = page.body.nextCursor ?? '';
    } while (cursor);
    expect(seen).toEqual(all);
    const { body } = await staff.get(`${BASE}/certificates?limit=1&include_count=true`);
    expect(body.totalCount).toBe(6);
    expect(body.items[0].person).toMatchObject({ id: member.uuid, userId: member.id });
  });

  it.each([
    ['status=expired', ['expired']],
    ['status=expiring_soon', ['today', 'in45', 'in80']],
    ['status=expiring_soon&expires_from=2027-01-01&expires_to=2029-12-31', ['today', 'in45', 'in80']],
    ['status=valid', ['later', 'never']],
    ['status=valid&expires_to=2028-12-31', ['later']],
    ['verification_status=rejected', ['later']],
    ['certificate_type=gmdss_endorsement&verification_status=pending', ['in80']],
    ['search=nobody-like-this', []],
  ])('filters by %s', async (query, names) => {
    expect(idsOf(await staff.get(`${BASE}/certificates?${query}`))).toEqual(named(...names));
  });

  it('finds certificates by whose they are', async () => {
    expect(idsOf(await staff.get(`${BASE}/certificates?search=${member.email}`))).toHaveLength(6);
    expect(idsOf(await staff.get(`${BASE}/certificates?search=${employee.email}`))).toEqual([]);
  });

  it('keeps both from other organisations and from professionals', async () => {
    expectProblem(await asMember.get(`${BASE}/overview`), 403, 'not_permitted');
    expectProblem(await asMember.get(`${BASE}/certificates`), 403, 'not_permitted');
    const elsewhere = await app.as(
      await app.given.person({ organization: await app.given.organization(), role: 'admin' }),
    );
    expect((await elsewhere.get(`${BASE}/certificates`)).body.items).toEqual([]);
    expect((await elsewhere.get(`${BASE}/overview`)).body.oldestSubmittedAt).toBeNull();
    for (const cursor of ['x', encodeCursor(['tomorrow', newId()])]) {
      expectProblem(await staff.get(`${BASE}/certificates?cursor=${cursor}`), 400, 'invalid_cursor');
    }
  });
});
