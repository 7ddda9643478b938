import { ROLES } from '#libs/auth';
import { addDays, dateIn } from '#libs/common';
import type { Organization } from '#libs/users';
import { failedJob } from './failed-job';
import type { Person } from './given';
import { HttpClient } from './http';
import { created, givenPapers, type Ids, OWN_KIND, OWN_SET, OWN_VESSEL } from './papers';
import { inspectQuickly } from './quick-inspector';
import { TestApp } from './test-app';

/** Numbers that the database gives to what is to stay hidden begin here: nine digits, told from all others in any text. */
const FIRST_NUMBER = 730_000_000;
const NUMBERS = /\b73\d{7}\b/g;
const OF_PAPERS = ['certificate_id', 'verification_id', 'upload_id', 'diploma_id'];

/** Somebody who is signed in, and what is theirs or their organisation's. */
export interface Insider {
  name: string;
  person: Person;
  client: HttpClient;
  ids: Ids;
}

/** What belongs to a whole organisation, and the word that all names have in them. */
interface Shared {
  word: string;
  ids: Ids;
}

/**
 * Two organisations with the same of everything. The one here gets what it has when `fillHere` is called: whatever that changes for
 * somebody elsewhere is a leak.
 */
export class TwoOrganizations {
  /** Of each role elsewhere, and then somebody who is a member of both organisations and signed in elsewhere. */
  readonly strangers: Insider[] = [];
  /** An admin and a crew member. */
  readonly members: Insider[] = [];
  private readonly hidden: string[] = [];

  private constructor(
    readonly app: TestApp,
    private readonly here: Organization,
    private readonly boss: Person,
    /** Signed in here. */
    private readonly both: { person: Person; client: HttpClient },
  ) {}

  static async start(): Promise<TwoOrganizations> {
    const app = await TestApp.start();
    inspectQuickly(app);
    const elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    const staff = await app.given.person({ organization: elsewhere, role: 'office-admin' });
    const inside = await app.as(staff);
    await numberFrom(app, FIRST_NUMBER);
    const here = await app.given.organization({ name: 'Northern Crewing' });
    const boss = await app.given.person({ organization: here, role: 'admin' });
    await numberFrom(app, 1000);
    const client = await bothSignedIn(app, staff, here);
    const world = new TwoOrganizations(app, here, boss, { person: staff, client });
    await world.fillElsewhere(elsewhere, inside);
    return world;
  }

  /** People, papers and all that an organisation has. */
  async fillHere(): Promise<void> {
    const { app, here, boss, both } = this;
    await numberFrom(app, FIRST_NUMBER + 1000);
    const admin = await app.as(boss);
    const shared = await this.share(admin, 'north');
    this.members.push(await this.insider('admin', boss, admin, shared));
    const crew = await app.given.person({ organization: here, role: 'crew-member' });
    this.members.push(await this.insider('crew-member', crew, await app.as(crew), shared));
    await this.decide(admin, this.members.at(-1) as Insider);
    await failedJob(app, here.id, 12, 'north.handles');
    const { ids } = await this.insider('member of both', both.person, both.client, shared);
    this.hidden.push('north', here.uuid, here.name, ...OF_PAPERS.map((name) => String(ids[name])));
    for (const { person, ids: theirs } of this.members) {
      const uuids = Object.values(theirs).filter((id) => typeof id === 'string');
      this.hidden.push(person.email, ...uuids);
    }
  }

  /** What in a text for this stranger tells of the organisation here; its member knows that it exists. */
  hiddenIn(text: string, { person }: Insider): string[] {
    const { uuid, name, id } = this.here;
    const known = person === this.both.person ? [uuid, name, String(id)] : [];
    const found = [...this.hidden.filter((each) => text.includes(each)), ...(text.match(NUMBERS) ?? [])];
    return found.filter((each) => !known.includes(each));
  }

  private async fillElsewhere(organization: Organization, asBoth: HttpClient): Promise<void> {
    const { app, both } = this;
    const admin = await app.as(await app.given.person({ organization, role: 'admin' }));
    const shared = await this.share(admin, 'south');
    for (const role of ROLES) {
      const person = await app.given.person({ organization, role });
      this.strangers.push(await this.insider(role, person, await app.as(person), shared));
    }
    for (const stranger of this.strangers) await this.decide(admin, stranger);
    this.strangers.push(await this.insider('member of both', both.person, asBoth, shared));
  }

  private async share(admin: HttpClient, word: string): Promise<Shared> {
    const title = created(await admin.post('/users-organizations/v1/rs/titles', { name: `Master, ${word}` }));
    const key = created(await admin.post('/api/v1/shared/api-keys', { name: `Planning, ${word}`, scopes: [] }));
    const guest = { email: `guest@${word}.example.org`, role: 'crew-member', firstName: 'Zoé', lastName: 'Lemaître' };
    const invitation = created(await admin.post('/api/v1/shared/invitations', guest));
    const name = { en: `Induction, ${word}` };
    const kind = created(await admin.post('/api/v1/crew/certificate-kinds', { ...OWN_KIND, name }));
    const set = created(await admin.post('/api/v1/crew/requirement-sets', { ...OWN_SET, name }));
    const vessel = created(await admin.post('/api/v1/crew/vessels', { ...OWN_VESSEL, name: `Aurora, ${word}` }));
    const shared = { key_id: key.id, invitation_id: invitation.id, certificate_kind_id: kind.id };
    const ids = { titleId: title.id, ...shared, requirement_set_id: set.id, vessel_id: vessel.id };
    return { word, ids };
  }

  private async insider(name: string, person: Person, client: HttpClient, { word, ids }: Shared): Promise<Insider> {
    const papers = await givenPapers(this.app, person, client, Number(ids['titleId']));
    const expiryDate = addDays(dateIn('UTC', new Date()), 10);
    const content = { certificateType: 'other', certificateNumber: `${word}-4711`, expiryDate };
    created(await client.post(`/api/v1/crew/users/${person.uuid}/certificates`, content));
    return { name, person, client, ids: { ...papers, ...ids } };
  }

  /** What waits for a decision is not all there is. */
  private async decide(admin: HttpClient, { ids }: Insider): Promise<void> {
    await admin.post(`/api/v1/crew/certificates/${ids['certificate_id']}/reject`, { reason: 'Unreadable.' });
    await admin.post(`/api/v1/crew/diplomas/${ids['diploma_id']}/verify`);
  }
}

/** Takes the person into the organisation and signs them in there. */
async function bothSignedIn(app: TestApp, person: Person, organization: Organization): Promise<HttpClient> {
  await app.given.membership(person, organization, person.role);
  const switching = await app.as(person);
  const { data } = created(await switching.post('/auth/v1/rs/login/switch', { organizationId: organization.id }));
  return new HttpClient(app.url, { authorization: `Bearer ${data.accessToken}`, 'x-session-token': data.sessionToken });
}

/** What the database numbers gets this number or a higher one next. */
async function numberFrom(app: TestApp, first: number): Promise<void> {
  await app.database.query(
    `select setval(pg_get_serial_sequence(table_name, column_name), $1)
     from information_schema.columns where table_schema = 'public' and is_identity = 'YES'`,
    [first],
  );
}
