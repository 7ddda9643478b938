import jwt from 'jsonwebtoken';
import { isStaffRole, ROLES, type Role, type TokenSet } from '#libs/auth';
import { newId } from '#libs/common';
import { credentialKinds } from '#libs/credentials';
import { freePort } from '#libs/database';
import type { Organization } from '#libs/users';
import { failedJob } from './failed-job';
import type { Person } from './given';
import { HttpClient } from './http';
import { OpenIdProvider, ProviderKey } from './openid';
import { CONTENT_OF_PAPERS, created, givenPapers, type Ids, OWN_KIND, OWN_SET, OWN_VESSEL } from './papers';
import type { PermissionRules, RouteRule } from './permissions-page';
import { inspectQuickly } from './quick-inspector';
import { pdf } from './sample-files';
import { sendFile } from './send-file';
import { TestApp } from './test-app';

const AUDIENCE = 'https://credence.example.org';
const KEYS = '/api/v1/shared/api-keys';
const DAY_MS = 86_400_000;

/** Who asks, and with what. */
export interface Caller {
  name: string;
  /** What the bearer token is worth: nothing, a sign-in of ours, a token of the identity provider, or an API key. */
  bearer: 'nothing' | 'session' | 'provider' | 'key';
  /** In whose name; null for nobody and for a key alone. */
  person: Person | null;
  /** Of the key that is sent. */
  scopes: readonly string[] | null;
  /** Is there a session token, and does it fit? Contract D asks. */
  hasSessionToken: boolean;
  headers: () => Promise<Record<string, string>>;
}

/** What is asked for. */
export interface Thing {
  name:
    | 'own'
    | 'own, as me'
    | "a colleague's"
    | "a colleague's, recorded by the caller"
    | "an admin's"
    | "the organisation's"
    | "the key's own"
    | 'foreign'
    | 'foreign, under an own name'
    | 'unknown'
    | 'none';
  /** Null: nobody's, or a whole organisation's. */
  whose: Person | null;
  isHere: boolean;
  ids: Ids;
  /** Who has recorded it, where it was not its owner. */
  recordedBy?: Person;
}

const NOTHING: Thing = { name: 'none', whose: null, isHere: true, ids: {} };

const unknown = (): Thing => ({
  name: 'unknown',
  whose: null,
  isHere: false,
  ids: {
    ...Object.fromEntries(
      [
        'user_id',
        'session_id',
        ...credentialKinds().map(({ parameter }) => parameter),
        'verification_id',
        'upload_id',
        'key_id',
        'invitation_id',
        'passkey_id',
        'certificate_kind_id',
        'requirement_set_id',
        'vessel_id',
        'waiver_id',
      ].map((name) => [name, newId()]),
    ),
    ...Object.fromEntries(['userId', 'diplomaId', 'titleId', 'job_id'].map((name) => [name, 999_999_999])),
  },
});

const OF_UPLOADS = ['uploads:read', 'uploads:write'];

/** Parameters that name something of the whole organisation; all others name something of a person. */
const OF_ORGANIZATION = [
  'titleId',
  'key_id',
  'invitation_id',
  'certificate_kind_id',
  'requirement_set_id',
  'vessel_id',
  'job_id',
];

/** Two organisations with people and their papers, an identity provider, and everybody who may try to get in. */
export class MatrixWorld {
  readonly roles = {} as Record<Role, Person>;
  colleague: Person;
  stranger: Person;
  home: Organization;
  elsewhere: Organization;
  titleId: number;
  private boss: Person;
  private readonly papers = new Map<Person, Ids>();
  private here: Ids;
  private there: Ids;
  /** Refused everywhere. */
  private refused: Caller[] = [];
  /** Refused where a session token is needed. */
  private halfSignedIn: Caller[] = [];
  private readonly providerKey = new ProviderKey();
  private readonly signIns = new Map<string, Promise<TokenSet>>();
  private readonly keys = new Map<string, Promise<string>>();
  private readonly sent = new Map<string, Promise<string>>();
  private readonly providerTokens = new Map<Person, string>();

  private constructor(
    readonly app: TestApp,
    private readonly provider: OpenIdProvider,
  ) {}

  static async start(): Promise<MatrixWorld> {
    const provider = new OpenIdProvider(await freePort());
    const environment = { OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE };
    const app = await TestApp.start({ environment });
    inspectQuickly(app);
    return new MatrixWorld(app, provider);
  }

  /** Everybody and everything. */
  async populate(): Promise<void> {
    const { app } = this;
    this.home = await app.given.organization();
    this.elsewhere = await app.given.organization({ name: 'Southern Crewing' });
    for (const role of ROLES) this.roles[role] = await app.given.person({ organization: this.home, role });
    this.colleague = await app.given.person({ organization: this.home, role: 'crew-member' });
    this.boss = await app.given.person({ organization: this.home, role: 'admin' });
    this.stranger = await app.given.person({ organization: this.elsewhere, role: 'admin' });
    this.here = await this.givenShared(this.roles.admin);
    this.there = await this.givenShared(this.stranger);
    this.titleId = Number(this.here['titleId']);
    const fillers = [...Object.values(this.roles), this.colleague, this.boss, this.stranger].map(async (person) => {
      const { titleId } = person === this.stranger ? this.there : this.here;
      this.papers.set(person, await givenPapers(app, person, await this.as(person), Number(titleId)));
    });
    await Promise.all([...fillers, this.startProvider()]);
    await this.findRefused();
  }

  async close(): Promise<void> {
    await this.provider.stop();
    await this.app.close();
  }

  /** A client in the person's own name; used to make things. */
  async as(person: Person): Promise<HttpClient> {
    return new HttpClient(this.app.url, both(await this.tokensOf(person)));
  }

  idsOf(person: Person): Ids {
    return this.papers.get(person) ?? {};
  }

  /** Everything that is stored of the other organisation, row by row. */
  async rowsElsewhere(): Promise<string[]> {
    const { database } = this.app;
    const tables = await database.query<{ name: string }[]>(
      `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = 'public' and table_type = 'BASE TABLE' and column_name = 'organization_id'`,
    );
    const rows = tables.map(({ name }) =>
      database.query<{ row: string }[]>(
        `select '${name} ' || t::text as row from ${name} t where organization_id = $1 order by 1`,
        [this.elsewhere.id],
      ),
    );
    const { uuid } = this.stranger;
    const account = database.query<{ row: string }[]>(
      `select 'users ' || u::text as row from users u where uuid = $1
       union all select 'accounts ' || a::text from accounts a where id = $1
       union all select 'open session ' || id from sessions where user_uuid = $1 and ended_at is null`,
      [uuid],
    );
    return (await Promise.all([...rows, account])).flat().map(({ row }) => row);
  }

  /** Sessions have ended: who needs one signs in again. */
  forgetSignIns(): void {
    this.signIns.clear();
  }

  /** Everybody who is to try a route. */
  callers(rules: PermissionRules, rule: RouteRule): Caller[] {
    const people = ROLES.flatMap((role) => {
      const person = this.roles[role];
      const signedIn = this.caller(role, 'session', { person, headers: async () => both(await this.tokensOf(person)) });
      const provided = this.caller(`${role}, token of the provider`, 'provider', {
        person,
        hasSessionToken: false,
        headers: async () => bearer(this.providerTokens.get(person)),
      });
      const exchanged = this.caller(`${role}, exchanged token of the provider`, 'session', {
        person,
        headers: async () => both(await this.exchangedTokensOf(person)),
      });
      return rule.needsSessionToken ? [signedIn, provided, exchanged] : [signedIn, provided];
    });
    return [
      ...this.refused,
      ...people,
      ...this.keyCallers(rules, rule),
      ...(rule.needsSessionToken ? this.halfSignedIn : []),
    ];
  }

  /** What the caller is to ask for at this path. Who is nobody need not try everything. */
  async things(path: string, caller: Caller, rule: RouteRule): Promise<Thing[]> {
    const parameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    if (parameters.length === 0) return [NOTHING];
    const isNobody = caller.bearer === 'nothing' || (rule.needsSessionToken && !caller.hasSessionToken);
    if (parameters.some((name) => OF_ORGANIZATION.includes(name))) {
      const ours: Thing = { name: "the organisation's", whose: null, isHere: true, ids: this.here };
      const theirs: Thing = { name: 'foreign', whose: null, isHere: false, ids: this.there };
      return isNobody ? [ours] : [ours, theirs, unknown()];
    }
    const colleagues = this.thingOf("a colleague's", this.colleague);
    if (isNobody) return [colleagues];
    const own = caller.person ? [this.thingOf('own', caller.person)] : [];
    const takesMe = parameters.includes('userId') || path.startsWith('/api/v1/crew/users/{user_id}/');
    const me = takesMe ? own.map((thing): Thing => named(thing, 'own, as me', { userId: 'me', user_id: 'me' })) : [];
    const foreign = this.thingOf('foreign', this.stranger);
    const mixed = parameters.length > 1 && caller.person ? [underOwnName(foreign, caller.person)] : [];
    const sent = parameters.includes('upload_id') ? await this.sentBy(caller) : [];
    const isToBeDecided = rule.besides.some(({ code }) => code === 'own_entry');
    const recorded: Thing[] =
      isToBeDecided && caller.person && isStaffRole(caller.person.role)
        ? [{ ...colleagues, name: "a colleague's, recorded by the caller", recordedBy: caller.person }]
        : [];
    return [
      ...own,
      ...me,
      colleagues,
      ...recorded,
      this.thingOf("an admin's", this.boss),
      ...sent,
      foreign,
      ...mixed,
      unknown(),
    ];
  }

  /** What the papers here say, each with the permissions of which one is needed to be told it. */
  contents(): { text: string; by: string[] }[] {
    const people = [...Object.values(this.roles), this.colleague, this.boss].map((person) => this.idsOf(person));
    return credentialKinds()
      .flatMap(({ name, parameter, permissions }) => [
        { text: CONTENT_OF_PAPERS[name] ?? '', by: [permissions.read, 'audit:read'] },
        // Which papers there are is told where their review is.
        ...people.map((ids) => ({
          text: String(ids[parameter]),
          by: [permissions.read, 'verification:read', 'queue:read', 'audit:read'],
        })),
      ])
      .concat(
        people.map((ids) => ({
          text: String(ids['upload_id']),
          by: [
            'upload:read',
            ...credentialKinds().map(({ permissions }) => permissions.read),
            'queue:read',
            'audit:read',
          ],
        })),
      );
  }

  /** An upload that was announced with the caller's key. */
  private async sentBy(caller: Caller): Promise<Thing[]> {
    if (caller.bearer !== 'key' || !caller.scopes?.includes('uploads:write')) return [];
    const client = new HttpClient(this.app.url, await caller.headers());
    const upload_id = await remembered(this.sent, caller.scopes.join(' '), () => sendFile(client, pdf()));
    return [{ name: "the key's own", whose: null, isHere: true, ids: { upload_id } }];
  }

  /** What must not be in an answer to the caller. */
  secretsFrom(caller: Caller): string[] {
    const hidden = caller.person?.role === 'crew-member' ? [this.stranger, this.colleague] : [this.stranger];
    return hidden.flatMap((person) => {
      const ids = this.idsOf(person);
      const papers = ['upload_id', ...credentialKinds().map(({ parameter }) => parameter)];
      return [person.uuid, person.email, ...papers.map((name) => String(ids[name]))];
    });
  }

  private async givenShared(admin: Person): Promise<Ids> {
    const client = await this.as(admin);
    const title = created(await client.post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' }));
    const key = created(await client.post(KEYS, { name: 'Planning', scopes: [] }));
    const guest = { email: 'somebody@example.org', role: 'crew-member', firstName: 'Zoé', lastName: 'Lemaître' };
    const invitation = created(await client.post('/api/v1/shared/invitations', guest));
    const kind = created(await client.post('/api/v1/crew/certificate-kinds', OWN_KIND));
    const set = created(await client.post('/api/v1/crew/requirement-sets', OWN_SET));
    const vessel = created(await client.post('/api/v1/crew/vessels', OWN_VESSEL));
    return {
      titleId: title.id,
      key_id: key.id,
      invitation_id: invitation.id,
      certificate_kind_id: kind.id,
      requirement_set_id: set.id,
      vessel_id: vessel.id,
      job_id: await failedJob(this.app, admin.organizationId),
    };
  }

  private async startProvider(): Promise<void> {
    const people = Object.values(this.roles);
    const clients = people.map(({ role, email }) => [role, { email, email_verified: true }]);
    await this.provider.start(this.providerKey, Object.fromEntries(clients));
    for (const person of people) this.providerTokens.set(person, await this.provider.token(person.role, AUDIENCE));
  }

  /** Everything that looks like a token and is none. Moves the clock, so nothing else happens meanwhile. */
  private async findRefused(): Promise<void> {
    const { app } = this;
    const { admin } = this.roles;
    const scopes = ['certificates:read', 'certificates:write', 'diplomas:read', 'diplomas:write', 'titles:write'];
    const signedOut = await app.signIn(admin);
    await new HttpClient(app.url, both(signedOut)).post('/auth/v1/rs/logout');
    app.setNow(new Date(Date.now() - 2 * DAY_MS));
    const expired = await app.signIn(admin);
    app.setNow(new Date(Date.now() - 60 * DAY_MS));
    const longAgo = await app.signIn(admin);
    app.setNow(null);
    const client = await this.as(admin);
    const ended = created(await client.post(KEYS, { name: 'Ended', scopes, expiresInDays: 1 }));
    await app.database.query('update api_keys set expires_at = $2 where id = $1', [ended.id, new Date()]);
    const deleted = created(await client.post(KEYS, { name: 'Deleted', scopes }));
    await client.delete(`${KEYS}/${deleted.id}`);
    const past = Math.floor(Date.now() / 1000) - 60;
    const claims = { iss: this.provider.issuer, aud: AUDIENCE, sub: 'admin', iat: past - 600, exp: past };
    const header = { alg: 'RS256', typ: 'at+jwt', kid: this.providerKey.kid };
    const old = jwt.sign(claims, this.providerKey.privateKey, { algorithm: 'RS256', header });
    const fresh = await app.signIn(admin);

    const nobody = (name: string, headers: Record<string, string>) =>
      this.caller(name, 'nothing', { headers: async () => headers });
    this.refused = [
      nobody('no token', {}),
      nobody('session token alone', { 'x-session-token': fresh.sessionToken }),
      nobody('signed-out session', both(signedOut)),
      nobody('expired token', { ...both(expired), 'x-session-token': fresh.sessionToken }),
      nobody('expired token of the provider', bearer(old)),
      nobody('expired API key', bearer(ended.secret)),
      nobody('deleted API key', { ...bearer(deleted.secret), 'x-session-token': fresh.sessionToken }),
    ];
    const working = created(await client.post(KEYS, { name: 'Working', scopes })).secret;
    const { sessionToken: strangers } = await app.signIn(this.stranger);
    const { sessionToken: colleagues } = await app.signIn(this.colleague);
    const half = (name: string, sessionToken: string) =>
      this.caller(`API key, session token of ${name}`, 'key', {
        scopes,
        hasSessionToken: false,
        headers: async () => ({ ...bearer(working), 'x-session-token': sessionToken }),
      });
    this.halfSignedIn = [
      half('another organisation', strangers),
      half('a session that was signed out', signedOut.sessionToken),
      half('long ago', longAgo.sessionToken),
      this.caller('admin without session token', 'session', {
        person: admin,
        hasSessionToken: false,
        headers: async () => bearer((await this.tokensOf(admin)).accessToken),
      }),
      this.caller("admin with a colleague's session token", 'session', {
        person: admin,
        hasSessionToken: false,
        headers: async () => ({ ...both(await this.tokensOf(admin)), 'x-session-token': colleagues }),
      }),
    ];
  }

  /** For each scope that would do a key with only that one, and a key with all scopes but those. */
  private keyCallers(rules: PermissionRules, rule: RouteRule): Caller[] {
    const all = rules.scopeNames;
    const needed = rules.neededFor(rule).map((permission) => rules.scopesFor(permission));
    const needsNone = rule.isPublic || rules.keyMay([], rule.permission);
    const isOfUploads = rule.besides.some(({ code }) => code === 'scope_missing');
    const key = (name: string, scopes: readonly string[], person: Person | null = null) =>
      this.caller(name, 'key', {
        person,
        scopes,
        hasSessionToken: person !== null,
        headers: async () => {
          const withKey = bearer(await this.keyWith(scopes));
          return person ? { ...withKey, 'x-session-token': (await this.tokensOf(person)).sessionToken } : withKey;
        },
      });
    const sufficient = needsNone ? [[]] : needed.reduce(combined, [[]]);
    const without = (some: readonly string[]) => all.filter((scope) => !some.includes(scope));
    // Without one of what is needed, and with that alone which changes.
    const changeAlone = needed.length > 1 ? [needed[0] ?? []] : [];
    const lacking = isOfUploads ? [without(OF_UPLOADS)] : [...needed.map(without), ...changeAlone];
    const others = needsNone ? [] : lacking;
    const followers = isOfUploads ? [['uploads:write'], OF_UPLOADS] : [];
    const alone = [
      ...sufficient.map((scopes) => key('API key with the scope', scopes)),
      ...others.map((scopes) => key('API key without the scope', scopes)),
      ...followers.map((scopes) => key(`API key with ${scopes.join(' and ')}`, scopes)),
    ];
    if (!rule.needsSessionToken) return alone;
    const withPeople = ROLES.flatMap((role) => [
      ...sufficient.map((scopes) => key(`API key with the scope, session token of ${role}`, scopes, this.roles[role])),
      ...others.map((scopes) => key(`API key without the scope, session token of ${role}`, scopes, this.roles[role])),
    ]);
    return [...alone, ...withPeople];
  }

  private keyWith(scopes: readonly string[]): Promise<string> {
    const make = async () => {
      const client = await this.as(this.roles.admin);
      return created(await client.post(KEYS, { name: scopes.join(' ').slice(0, 50) || 'none', scopes })).secret;
    };
    return remembered(this.keys, scopes.join(' '), make);
  }

  private tokensOf(person: Person): Promise<TokenSet> {
    return remembered(this.signIns, `own ${person.uuid}`, () => this.app.signIn(person));
  }

  private exchangedTokensOf(person: Person): Promise<TokenSet> {
    return remembered(this.signIns, `exchanged ${person.uuid}`, async () => {
      const client = new HttpClient(this.app.url, bearer(this.providerTokens.get(person)));
      return created(await client.post('/auth/v1/rs/login/oidc')).data;
    });
  }

  private caller(name: string, kind: Caller['bearer'], more: Partial<Caller> & Pick<Caller, 'headers'>): Caller {
    return { name, bearer: kind, person: null, scopes: null, hasSessionToken: true, ...more };
  }

  private thingOf(name: Thing['name'], person: Person): Thing {
    return { name, whose: person, isHere: person !== this.stranger, ids: this.idsOf(person) };
  }
}

function named(thing: Thing, name: Thing['name'], ids: Ids): Thing {
  return { ...thing, name, ids: { ...thing.ids, ...ids } };
}

/** Their paper, in a path that says it is one's own. */
function underOwnName(thing: Thing, { id, uuid }: Person): Thing {
  return named(thing, 'foreign, under an own name', { userId: id, user_id: uuid });
}

/** Every way to take one scope of each list. */
function combined(before: string[][], scopes: string[]): string[][] {
  return before.flatMap((some) => scopes.map((scope) => [...some, scope]));
}

function bearer(token = ''): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

function both({ accessToken, sessionToken }: Pick<TokenSet, 'accessToken' | 'sessionToken'>): Record<string, string> {
  return { ...bearer(accessToken), 'x-session-token': sessionToken };
}

function remembered<T>(kept: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const found = kept.get(name) ?? make();
  kept.set(name, found);
  return found;
}
