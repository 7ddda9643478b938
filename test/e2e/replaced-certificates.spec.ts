import { addDays, dateIn } from '#libs/common';
import { catalogueId } from '#libs/kinds';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { created, ORIGINAL_SEEN } from '../support/papers';
import { TestApp } from '../support/test-app';

const CREW = '/api/v1/crew';
const today = dateIn('Europe/Oslo', new Date());

const MEDICAL = {
  certificateType: 'medical',
  issuingAuthority: 'Dr. Hansen',
  certificateKindId: catalogueId('MED-STCW'),
};
/** The one that ran out, and the one after it. */
const OLD = { ...MEDICAL, issueDate: '2023-01-10', expiryDate: '2025-01-09' };
const NEW = { ...MEDICAL, issueDate: '2025-01-05', expiryDate: '2027-01-04' };

describe('a certificate that another one has replaced', () => {
  let app: TestApp;
  let organization: Organization;
  let owner: Person;
  let asOwner: HttpClient;
  let asReviewer: HttpClient;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.given.organization();
    owner = await app.given.person({ organization, role: 'crew-member' });
    asOwner = await app.as(owner);
    asReviewer = await app.as(await app.given.person({ organization, role: 'office-employee' }));
  });

  const record = async (body: object): Promise<string> =>
    created(await asOwner.post(`${CREW}/users/me/certificates`, body)).id;
  const verify = async (id: string) =>
    expect((await asReviewer.post(`${CREW}/certificates/${id}/verify`, ORIGINAL_SEEN)).status).toBe(200);
  const verified = async (body: object): Promise<string> => {
    const id = await record(body);
    await verify(id);
    return id;
  };
  const idsIn = (items: { id: string }[]) => items.map(({ id }) => id);
  /** Those that are current and those that are not, as the person's list, the register and the overview have them. */
  const lists = async () => {
    const own = async (current: boolean) =>
      idsIn((await asOwner.get(`${CREW}/users/me/certificates?current=${current}`)).body);
    const ofAll = async (current: boolean) => {
      const { body } = await asReviewer.get(`${CREW}/certificates?limit=100&current=${current}&include_count=true`);
      const ids = idsIn(body.items.map(({ certificate }: { certificate: { id: string } }) => certificate));
      expect(body.totalCount).toBe(ids.length);
      return ids;
    };
    const [current, replaced] = [await own(true), await own(false)];
    expect((await ofAll(true)).sort()).toEqual([...current].sort());
    expect((await ofAll(false)).sort()).toEqual([...replaced].sort());
    const all = idsIn((await asOwner.get(`${CREW}/users/me/certificates`)).body);
    expect([...current, ...replaced].sort()).toEqual(all.sort());
    return { current: current.sort(), replaced };
  };
  const expiredInOverview = async (): Promise<number> => {
    const { expiry } = (await asReviewer.get(`${CREW}/overview`)).body;
    return expiry[0].counts.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
  };

  it('is told apart once the one that renews it is verified, and not before', async () => {
    const old = await verified({ ...OLD, certificateKindId: null });
    const renewal = await record({ ...NEW, certificateKindId: null, renewsId: old });
    expect(await lists()).toEqual({ current: [old, renewal].sort(), replaced: [] });
    expect(await expiredInOverview()).toBe(1);
    await verify(renewal);
    expect(await lists()).toEqual({ current: [renewal], replaced: [old] });
    expect(await expiredInOverview()).toBe(0);
    expect((await asReviewer.post(`${CREW}/certificates/${renewal}/reopen`, { reason: 'A slip' })).status).toBe(200);
    expect(await lists()).toEqual({ current: [old, renewal].sort(), replaced: [] });
    expect(await expiredInOverview()).toBe(1);
  });

  it('is found by its kind where nothing is said', async () => {
    const old = await verified(OLD);
    const renewal = await verified({ ...NEW, issuingAuthority: 'Dr. Lemaître' });
    expect(await lists()).toEqual({ current: [renewal], replaced: [old] });
    expect(await expiredInOverview()).toBe(0);
    expect((await asOwner.delete(`${CREW}/certificates/${renewal}`)).status).toBe(204);
    expect(await lists()).toEqual({ current: [old], replaced: [] });
    expect(await expiredInOverview()).toBe(1);
  });

  it('stays current beside an empty one, which silences no alarm', async () => {
    const old = await verified(OLD);
    const empty = await verified({ certificateType: 'medical' });
    expect(await lists()).toEqual({ current: [old, empty].sort(), replaced: [] });
    expect(await expiredInOverview()).toBe(1);
  });

  it.each<[string, object, object]>([
    ['of another person', {}, { person: 'colleague' }],
    ['that proves less', {}, { lines: [{ kindId: catalogueId('MED-STCW') }] }],
    ['that ends earlier', { expiryDate: '2028-01-01' }, {}],
    ['of another kind', {}, { certificateKindId: catalogueId('MED-PEME') }],
    ['of another state', { issuingState: 'NOR' }, { issuingState: 'PHL' }],
    ['that was issued on the same day', { issueDate: NEW.issueDate }, {}],
  ])('stays current beside one %s', async (_, old, { person, ...said }: { person?: string }) => {
    const first = await verified({ ...OLD, ...old });
    if (person) {
      const colleague = await app.as(await app.given.person({ organization, role: 'crew-member' }));
      const { id } = created(await colleague.post(`${CREW}/users/me/certificates`, { ...NEW, ...said }));
      await verify(id);
      expect(idsIn((await asOwner.get(`${CREW}/users/me/certificates?current=true`)).body)).toEqual([first]);
      return;
    }
    const second = await verified({ ...NEW, ...said });
    expect((await lists()).current).toEqual([first, second].sort());
  });

  it('of an office is not replaced by one of another office, unless it is said so: two flags endorse one person', async () => {
    const endorsement = {
      certificateType: 'flag_certificate',
      certificateNumber: 'E-1',
      certificateKindId: catalogueId('FL-END'),
      issuingAuthority: 'Bahamas Maritime Authority',
      issueDate: '2022-01-10',
      expiryDate: '2025-01-09',
    };
    const later = { ...endorsement, issueDate: '2024-12-01', expiryDate: '2029-12-01' };
    const bahamas = await verified(endorsement);
    const panama = await verified({ ...later, issuingAuthority: 'Panama Maritime Authority' });
    expect((await lists()).current).toEqual([bahamas, panama].sort());
    const again = await verified({ ...later, issuingAuthority: 'BAHAMAS Maritime Authority' });
    expect(await lists()).toEqual({ current: [panama, again].sort(), replaced: [bahamas] });
  });

  it('never hides the other of two that name each other: one is always current', async () => {
    const first = await verified({ ...OLD, issueDate: NEW.issueDate });
    const second = await verified({ ...NEW, renewsId: first });
    await app.database.query('update certificates set renews_id = $2 where id = $1', [first, second]);
    expect(await lists()).toEqual({ current: [second], replaced: [first] });
  });

  it('is filtered together with the status', async () => {
    const old = await verified(OLD);
    const renewal = await verified({ ...NEW, expiryDate: addDays(today, 10) });
    const expired = `${CREW}/users/me/certificates?status=expired`;
    expect(idsIn((await asOwner.get(expired)).body)).toEqual([old]);
    expect((await asOwner.get(`${expired}&current=true`)).body).toEqual([]);
    const soon = `${CREW}/users/me/certificates?status=expiring_soon&current=true`;
    expect(idsIn((await asOwner.get(soon)).body)).toEqual([renewal]);
  });
});
