import { roleRank } from '#libs/auth';
import { addDays, newId } from '#libs/common';
import { type CredentialKind, credentialKinds } from '#libs/credentials';
import { recorded } from '../support/credential-kinds';
import { failedJob } from '../support/failed-job';
import type { Person } from '../support/given';
import { type Answer, HttpClient } from '../support/http';
import { type Caller, MatrixWorld, type Thing } from '../support/matrix-world';
import { noteOfRun } from '../support/notes';
import { committedDocument, type Route, routesOf } from '../support/openapi';
import { created, diplomaUuid, type Ids, ORIGINAL_SEEN } from '../support/papers';
import { PermissionRules, type RouteRule } from '../support/permissions-page';

const CREW = '/api/v1/crew';
const DIPLOMAS = '/users-organizations/v1/rs';

/** How a route is asked so that only the caller can be the reason for a refusal. */
interface Row {
  /** In place of the document's example. */
  body?: (caller: Caller) => unknown;
  query?: () => Promise<string>;
  /** What a permitted caller gets, where it is not the success of the document. */
  answers?: number;
  /** Who succeeds uses something up: makes another one, of this person, to ask for; recorded by them or by somebody else. */
  fresh?: (owner: Person, recordedBy?: Person) => Promise<Ids>;
  /** Takes away what was made for requests that were refused, where it would be in the way of others. */
  clear?: () => Promise<unknown>;
  /** Who succeeds ends sessions. */
  endsSessions?: boolean;
}

let world: MatrixWorld;
let counter = 0;
const unique = (text: string) => `${text} ${(counter += 1)}`;
const newAddress = () => `${unique('somebody').replace(' ', '-')}@example.org`;

/** Every route has its row, or is one of those that a kind of credential brings: a new one without fails below. */
const ROWS: Readonly<Record<string, Row>> = {
  listSigningKeys: {},
  liveHealth: {},
  getVersion: {},
  readyHealth: {},
  servingHealth: {},
  openDiplomaFile: { query: diplomaLink, answers: 200 }, // of the file that the redirect leads to
  signIn: { body: () => ({ email: world.colleague.email, password: world.colleague.password }) },
  refreshSignIn: { body: async () => ({ refreshToken: (await world.app.signIn(world.colleague)).refreshToken }) },
  acceptInvitation: { answers: 422 }, // the example's token is nobody's
  lookUpInvitation: { answers: 422 }, // the same
  forgotPassword: {},
  resetPassword: { answers: 422 },
  signInWithOidc: {},
  signInWithCode: { answers: 401 }, // the example's token is nobody's
  signInWithPasskey: { answers: 401 },
  switchOrganization: { body: () => ({ organizationId: world.home.id }), endsSessions: true },
  signOut: { endsSessions: true },

  createDiploma: { body: () => ({ titleId: world.titleId, obtainedAt: '2024-12-05T14:56:23.000Z' }) },
  listDiplomas: {},
  getDiploma: {},
  updateDiploma: { body: () => ({ titleId: world.titleId }) },
  removeDiploma: { fresh: newDiploma },

  listTitles: {},
  createTitle: { body: () => ({ name: unique('Title') }) },
  getTitle: {},
  // Of one that a diploma refers to only the spelling is corrected.
  renameTitle: { body: () => ({ name: unique('Title') }), fresh: newTitle },
  removeTitle: { fresh: newTitle },

  listCertificateKinds: {},
  createCertificateKind: {
    body: () => ({ ...exampleOf('createCertificateKind'), code: unique('CO').replace(' ', '-') }),
  },
  getCertificateKind: {},
  updateCertificateKind: { body: () => ({ notes: unique('Note') }) },

  listRequirementSets: {},
  createRequirementSet: {
    body: () => ({ ...exampleOf('createRequirementSet'), code: unique('SET').replace(' ', '-') }),
  },
  getRequirementSet: {},
  updateRequirementSet: { body: () => ({ notes: unique('Note') }) },
  listWaivers: {},
  listVessels: {},
  createVessel: { body: () => ({ name: unique('Ship') }) },
  getVessel: {},
  updateVessel: { body: () => ({ name: unique('Ship') }) },
  removeVessel: { fresh: newVessel },
  getParticulars: {},
  updateParticulars: { body: () => ({ department: unique('Deck') }) },
  createWaiver: { body: () => waiverBody() },
  revokeWaiver: { fresh: newWaiver },
  getFitness: {},
  listFitness: {},
  checkFitness: { body: () => ({ items: [{ userId: world.colleague.uuid, on: '2026-12-01' }] }) },
  forecastFitness: {},

  getOverview: {},
  listQueue: {},
  getQueueEntry: {},
  claimQueueEntry: {},
  releaseQueueEntry: {},
  listRoster: {},
  getVerificationSummary: {},

  announceUpload: {},
  getUpload: {},
  finalizeUpload: {}, // may be repeated

  listApiKeys: {},
  createApiKey: {},
  getCurrentApiKey: {},
  getApiKey: {},
  removeApiKey: { fresh: newKey },
  rotateApiKey: {},

  listAudit: {},
  getSystem: {},
  listFailedJobs: {},
  retryFailedJob: { fresh: newFailedJob },
  tryMail: {},
  getOrganization: {},
  updateOrganization: {},

  listUsers: {},
  createUser: { body: () => ({ ...exampleOf('createUser'), email: newAddress() }) },
  invitePerson: { body: () => ({ ...exampleOf('invitePerson'), email: newAddress() }) },
  listInvitations: {},
  getInvitation: {},
  // An address is sent three an hour.
  resendInvitation: { fresh: newInvitation },
  withdrawInvitation: { fresh: newInvitation },
  getUser: {},
  updateUser: { body: () => ({ lastName: unique('Nordmann') }) },
  listSessionsOfUser: {},
  endSessionsOfUser: { endsSessions: true },
  endSessionOfUser: { fresh: newSession },

  getProfile: {},
  updateProfile: {},
  changePassword: { body: samePassword, endsSessions: true },
  getSecondFactor: {},
  beginPasskey: { body: passwordAgain, answers: 409 }, // the product's address has no name here
  addPasskey: { answers: 422 }, // the example's token is nobody's
  removePasskey: {
    body: passwordAgain,
    fresh: newPasskey,
    clear: () => world.app.database.query('delete from passkeys'),
  },
  beginAuthenticatorApp: { body: passwordAgain },
  addAuthenticatorApp: { answers: 422 },
  removeAuthenticatorApp: { body: passwordAgain, answers: 404 }, // nobody has one
  renewRecoveryCodes: { body: passwordAgain, answers: 409 },
  listFileReads: {},
  listOwnMemberships: {},
  getSession: {},
  listOwnSessions: {},
  endOwnSession: { fresh: newSession },
};

/** Routes of a kind of credential below /api/v1/crew, whichever kinds there are. */
function rowOfKind({ method, path, operation }: Route): Row | undefined {
  const kind = credentialKinds().find((each) => {
    const own = `${CREW}/${each.path}`;
    return (
      [own, `${CREW}/users/{user_id}/${each.path}`].includes(path) || path.startsWith(`${own}/{${each.parameter}}`)
    );
  });
  if (!kind) return undefined;
  if (path.endsWith('/reopen')) return { fresh: (owner) => newDecided(kind, owner) };
  if (path.endsWith('/verify')) return { body: () => ORIGINAL_SEEN, fresh: (...by) => newCredential(kind, ...by) };
  const usesUp = method === 'DELETE' || path.endsWith('/reject');
  if (usesUp) return { fresh: (...by) => newCredential(kind, ...by) };
  // The example of a change takes the file and the number away, which others are to read, or not; a kind asks for them, and a suspension is
  // for staff.
  const kept = {
    uploadId: undefined,
    certificateKindId: undefined,
    suspension: undefined,
    ...Object.fromEntries(kind.columns.searched.map((name) => [camelCase(name), undefined])),
  };
  return method === 'PATCH' ? { body: () => ({ ...exampleOf(operation.operationId), ...kept }) } : {};
}

/** Work of the organisation that has had all its attempts. */
async function newFailedJob(): Promise<Ids> {
  return { job_id: await failedJob(world.app, world.home.id) };
}

async function newCredential(kind: CredentialKind, owner: Person, recordedBy = owner): Promise<Ids> {
  const { id } = await recorded(world.app, kind.path, { person: owner, client: await world.as(recordedBy) });
  return { [kind.parameter]: id };
}

/** Somebody else has decided on it. */
async function newDecided(kind: CredentialKind, owner: Person): Promise<Ids> {
  const ids = await newCredential(kind, owner);
  const reviewer = owner.role === 'admin' ? world.roles['office-admin'] : world.roles.admin;
  const path = `${CREW}/${kind.path}/${ids[kind.parameter]}/reject`;
  const { status } = await (await world.as(reviewer)).post(path, { reason: 'Torn.' });
  if (status !== 200) throw new Error(`${path} answered ${status}`);
  return ids;
}

/** What docs/permissions.md means by the last column of its last table. */
const MEANINGS: Readonly<Record<string, (caller: Caller, thing: Thing) => boolean>> = {
  "the paper is the caller's own": ({ person }, { whose }) => whose !== null && whose === person,
  'the caller recorded, edited or uploaded it, unless the organisation allows that': ({ person }, { recordedBy }) =>
    recordedBy !== undefined && recordedBy === person,
  'the waiver would be for the caller': ({ person }, { whose }) => whose !== null && whose === person,
  "the person's role is above the caller's": ({ person }, { whose }) =>
    whose !== null && person !== null && roleRank(whose.role) > roleRank(person.role),
  "the token is the identity provider's": (caller) => caller.bearer === 'provider',
  'the token is our own': (caller) => caller.bearer === 'session',
};

/** The same, where the answer must not tell either whether it is there. */
const BEFORE_LOOKUP: typeof MEANINGS = {
  'the API key may not read uploads, and it was not announced with that key': ({ scopes }, { name }) =>
    scopes !== null && !rules.keyMay(scopes, 'upload:read') && name !== "the key's own",
};

/** Callers and things of which each combination is refused; all others meet both. */
const NEVER_LET_IN =
  /^(foreign.*|unknown|a colleague's, recorded by the caller|API key without the scope.*|API key, session token of .*|admin with(out|( a colleague's)) session token)$/;

const LET_IN = 'let in';
const document = committedDocument();
const routes = routesOf(document);
const rules = new PermissionRules();
let nothings = 0;
const combinations: { route: string; caller: string; thing: string; outcome: string }[] = [];

/** What docs/permissions.md says. */
function expected(route: Route, rule: RouteRule, caller: Caller, thing: Thing): string {
  if (rule.isPublic) return LET_IN;
  if (caller.bearer === 'nothing') return '401 not_signed_in';
  if (rule.needsSessionToken && !caller.hasSessionToken) return '401 session_token_invalid';
  const needed = rules.neededFor(rule);
  const { scopes, person } = caller;
  const isFollowing = scopes && rule.orOwn && rules.keyMay(scopes, rule.orOwn);
  if (scopes && !needed.every((each) => rules.keyMay(scopes, each))) {
    if (!isFollowing) return '403 scope_missing';
  }
  if (person && !needed.every((each) => rules.roleMay(person.role, each))) return '403 not_permitted';
  // Refused before it is looked up: what is not there, or not theirs, gets the same.
  const hidden = rule.besides.find(({ when }) => BEFORE_LOOKUP[when]?.(caller, thing));
  if (hidden) return `403 ${hidden.code}`;
  if (!isVisible(route, caller, thing)) return '404';
  const refused = rule.besides.find(({ when }) => !BEFORE_LOOKUP[when] && meaningOf(when)(caller, thing));
  return refused ? `403 ${refused.code}` : LET_IN;
}

function isVisible({ path }: Route, { person }: Caller, { isHere, whose }: Thing): boolean {
  if (!isHere) return false;
  if (whose === null || whose === person) return true;
  const isOwnOnly = path.includes('/users/me/') || person?.role === 'crew-member';
  return !isOwnOnly;
}

function meaningOf(when: string) {
  const meaning = MEANINGS[when];
  if (!meaning) throw new Error(`docs/permissions.md says "${when}": tell test/e2e/matrix.spec.ts what that means`);
  return meaning;
}

/** The answer in the words of `expected`; any other answer is spelled out. */
function outcomeOf(route: Route, row: Row, { status, body }: Answer): string {
  const success = row.answers ?? Number(Object.keys(route.operation.responses).find((code) => code.startsWith('2')));
  if (status === success) return LET_IN;
  if (status === 404 && String(body?.code).endsWith('_not_found')) return '404';
  return `${status} ${body?.code}`;
}

function rowOf(route: Route): Row {
  const { name, operation } = route;
  const row = ROWS[operation.operationId] ?? rowOfKind(route);
  if (!row) throw new Error(`${name}: give ${operation.operationId} a row in test/e2e/matrix.spec.ts`);
  return row;
}

interface Asked {
  answer: Answer;
  /** All that the caller has said. */
  said: string;
}

async function ask(route: Route, row: Row, caller: Caller, ids: Ids, change?: object): Promise<Asked> {
  const { method, path, operation } = route;
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (ids[name] === undefined) throw new Error(`${route.name}: no fixture for {${name}} in test/support/papers.ts`);
    return String(ids[name]);
  });
  const query = row.query ? await row.query() : '';
  const body = change ?? (row.body ? await row.body(caller) : exampleOf(operation.operationId));
  const answer = await new HttpClient(world.app.url, await caller.headers()).send(method, address + query, body);
  return { answer, said: address + JSON.stringify(body ?? null) };
}

/** What a request uses up, or what must have been recorded by its caller, is made for it. */
async function idsFor(row: Row, { ids, whose, recordedBy }: Thing, wanted: string): Promise<Ids> {
  if (!row.fresh || (wanted !== LET_IN && recordedBy === undefined)) return ids;
  return { ...ids, ...(await row.fresh(whose ?? world.roles.admin, recordedBy)) };
}

/** One combination: what is wrong with the answer, if anything. */
async function attempt(route: Route, rule: RouteRule, caller: Caller, thing: Thing) {
  const row = rowOf(route);
  const wanted = expected(route, rule, caller, thing);
  const { answer, said: sent } = await ask(route, row, caller, await idsFor(row, thing, wanted));
  if (row.endsSessions && wanted === LET_IN) world.forgetSignIns();
  const outcome = outcomeOf(route, row, answer);
  const at = { route: route.name, caller: caller.name, thing: thing.name };
  combinations.push({ ...at, outcome });
  if (outcome !== wanted) return { answer, difference: { ...at, wanted, outcome, text: answer.text.slice(0, 300) } };
  const said = outcome === LET_IN && !rule.isPublic ? leaks(answer, caller, sent) : missingWords(outcome, rule, answer);
  return { answer, difference: said.length > 0 ? { ...at, outcome, said } : null };
}

/**
 * The same with a change of nothing: whoever is refused at the door is refused for it as well, all others are answered as before or told that it is
 * not enough, and nobody is shown what they may not read.
 */
async function attemptNothing(route: Route, rule: RouteRule, caller: Caller, thing: Thing) {
  const wanted = expected(route, rule, caller, thing);
  const row = rowOf(route);
  const { answer, said } = await ask(route, row, caller, await idsFor(row, thing, wanted), {});
  const isNotEnough = ['invalid_request', 'original_not_seen'].includes(answer.body?.code);
  const outcome = isNotEnough && !isRefusedAtTheDoor(wanted) ? wanted : outcomeOf(route, row, answer);
  const at = { route: route.name, caller: caller.name, thing: thing.name, change: 'nothing' };
  combinations.push({ ...at, outcome });
  nothings += 1;
  const leaked = answer.status < 300 && !rule.isPublic ? leaks(answer, caller, said) : [];
  const isWanted = outcome === wanted || (rule.isPublic && answer.status < 500);
  return isWanted && leaked.length === 0 ? null : { ...at, wanted, outcome, leaked };
}

function isRefusedAtTheDoor(wanted: string): boolean {
  return /^(401|403 (scope_missing|not_permitted))/.test(wanted);
}

/** Together is quicker, but one request must not end the session of the next. */
async function inTurnOrAtOnce<T>(row: Row, things: Thing[], work: (thing: Thing) => Promise<T>): Promise<T[]> {
  if (!row.endsSessions) return Promise.all(things.map(work));
  const done: T[] = [];
  for (const thing of things) done.push(await work(thing));
  return done;
}

/** Something of the other organisation, of a colleague of a crew member, or that the scopes of a key do not give, and that it has not said itself. */
function leaks({ text }: Answer, caller: Caller, said: string): string[] {
  const { scopes } = caller;
  const mayRead = (permission: string) => scopes === null || rules.keyMay(scopes, permission);
  const hidden = world.contents().filter(({ by, text: content }) => !by.some(mayRead) && !said.includes(content));
  return [...world.secretsFrom(caller), ...hidden.map((each) => each.text)].filter((secret) => text.includes(secret));
}

/** A key is told the scopes that would do. */
function missingWords(outcome: string, rule: RouteRule, { body }: Answer): string[] {
  if (outcome !== '403 scope_missing') return [];
  const isOfUpload = rule.besides.some(({ code }) => code === 'scope_missing');
  const scopes = isOfUpload ? [] : rules.neededFor(rule).flatMap((permission) => rules.scopesFor(permission));
  const words = isOfUpload ? ['uploads:'] : scopes.length > 0 ? scopes : ['needs a person'];
  return words.filter((word) => !body.detail.includes(word));
}

/** Whatever the answer, it must not tell somebody else's thing from one that does not exist. */
function withoutIds({ status, body }: Answer): object {
  return { status, body: { ...body, instance: null, requestId: null } };
}

describe('docs/permissions.md against every route', () => {
  let before: string[];

  beforeAll(async () => {
    world = await MatrixWorld.start();
    await world.populate();
    before = await world.rowsElsewhere();
  });
  afterAll(() => world.close());

  it('has a row here for each route, and no other', () => {
    const others = routes.filter((route) => !rowOfKind(route));
    expect(Object.keys(ROWS).sort()).toEqual(others.map(({ operation }) => operation.operationId).sort());
  });

  it.each(routes.map((route) => [route.name, route] as const))(
    '%s answers each caller as the page says',
    async (_, route) => {
      const rule = rules.ofRoute(route.name);
      const differences: object[] = [];
      for (const caller of world.callers(rules, rule)) {
        const things = await world.things(route.path, caller, rule);
        const tried = await inTurnOrAtOnce(rowOf(route), things, (thing) => attempt(route, rule, caller, thing));
        differences.push(...tried.flatMap(({ difference }) => difference ?? []));
        if (takesChange(route)) {
          const nothing = await Promise.all(things.map((thing) => attemptNothing(route, rule, caller, thing)));
          differences.push(...nothing.flatMap((difference) => difference ?? []));
        }
        const [foreign, unknown] = ['foreign', 'unknown'].map((wanted) => {
          const answer = tried[things.findIndex(({ name }) => name === wanted)]?.answer;
          return answer && { caller: caller.name, ...withoutIds(answer) };
        });
        expect(foreign).toEqual(unknown);
      }
      await rowOf(route).clear?.();
      expect(differences).toEqual([]);
    },
  );

  it('nothing of the other organisation has changed by what strangers tried', async () => {
    const after = new Set(await world.rowsElsewhere());
    expect(before.length).toBeGreaterThan(10);
    expect(before.filter((row) => !after.has(row))).toEqual([]);
  });

  it('lets each caller in somewhere and refuses them somewhere else, and so it is with each thing', () => {
    const columns = new Map<string, Set<boolean>>();
    for (const { caller, thing, outcome } of combinations) {
      for (const name of [caller, thing]) columns.set(name, (columns.get(name) ?? new Set()).add(outcome === LET_IN));
    }
    for (const [name, seen] of columns) {
      const wanted = NEVER_LET_IN.test(name) ? [false] : name === "the key's own" ? [true] : [false, true];
      expect({ name, seen: [...seen].sort() }).toEqual({ name, seen: wanted });
    }
  });

  it('meets everything that the page says is refused besides', () => {
    const seen = new Set(combinations.map(({ route, outcome }) => `${route}: ${outcome}`));
    const said = routes.flatMap(({ name }) => rules.ofRoute(name).besides.map(({ code }) => `${name}: 403 ${code}`));
    expect(said.filter((line) => !seen.has(line))).toEqual([]);
  });

  it('is counted', () => {
    expect(combinations.length).toBeGreaterThan(routes.length * 20);
    expect(nothings).toBeGreaterThan(500);
    noteOfRun(
      `Matrix: ${combinations.length} combinations of ${routes.length} routes, ${nothings} of them a change of nothing`,
    );
  });
});

function takesChange({ method, operation }: Route): boolean {
  return method !== 'GET' && operation.requestBody !== undefined;
}

function camelCase(column: string): string {
  return column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function exampleOf(operationId: string): Record<string, unknown> | undefined {
  const route = routes.find(({ operation }) => operation.operationId === operationId);
  return route?.operation.requestBody?.content['application/json']?.example as Record<string, unknown> | undefined;
}

function samePassword({ person }: Caller) {
  const { password = 'of nobody' } = person ?? {};
  return { currentPassword: password, newPassword: password };
}

function passwordAgain({ person }: Caller) {
  return { currentPassword: person?.password ?? 'of nobody' };
}

/** Not by the API: whoever had one could sign in with the password alone no more. */
async function newPasskey({ uuid }: Person): Promise<Ids> {
  const passkeyId = newId();
  await world.app.database.query(
    `insert into passkeys (id, account_id, name, credential_id, public_key, counter, transports, created_at)
     values ($1, $2, 'Phone', $3, '', 0, '[]', now())`,
    [passkeyId, uuid, passkeyId],
  );
  return { passkey_id: passkeyId };
}

async function newDiploma(owner: Person): Promise<Ids> {
  const client = await world.as(owner);
  const { diploma } = created(await client.post(`${DIPLOMAS}/users/me/diplomas`, { titleId: world.titleId }));
  return { diplomaId: diploma.id, diploma_id: await diplomaUuid(world.app, diploma.id) };
}

async function newSession(owner: Person): Promise<Ids> {
  const { sessionToken } = await world.app.signIn(owner);
  const [, claims = ''] = sessionToken.split('.');
  return { session_id: JSON.parse(Buffer.from(claims, 'base64url').toString()).sessionId };
}

async function newTitle(admin: Person): Promise<Ids> {
  const client = await world.as(admin);
  return { titleId: created(await client.post(`${DIPLOMAS}/titles`, { name: unique('Title') })).id };
}

async function newVessel(admin: Person): Promise<Ids> {
  const client = await world.as(admin);
  return { vessel_id: created(await client.post(`${CREW}/vessels`, { name: unique('Ship') })).id };
}

/** Of something that the company asks for. */
function waiverBody(): object {
  const endsOn = addDays(new Date().toISOString().slice(0, 10), 30);
  return { ...exampleOf('createWaiver'), startsOn: '2026-11-01', endsOn, requirementCode: 'seamans-book' };
}

async function newWaiver(owner: Person): Promise<Ids> {
  const client = await world.as(owner === world.roles.admin ? world.roles['office-admin'] : world.roles.admin);
  return { waiver_id: created(await client.post(`${CREW}/users/${owner.uuid}/waivers`, waiverBody())).id };
}

async function newInvitation(admin: Person): Promise<Ids> {
  const client = await world.as(admin);
  const guest = { ...exampleOf('invitePerson'), email: newAddress() };
  return { invitation_id: created(await client.post('/api/v1/shared/invitations', guest)).id };
}

async function newKey(admin: Person): Promise<Ids> {
  const client = await world.as(admin);
  return { key_id: created(await client.post('/api/v1/shared/api-keys', { name: 'Short-lived', scopes: [] })).id };
}

/** The change of nothing answers the link again. */
async function diplomaLink(): Promise<string> {
  const client = await world.as(world.colleague);
  const { body } = await client.patch(`${DIPLOMAS}/users/me/diplomas/${world.idsOf(world.colleague)['diplomaId']}`, {});
  return new URL(body.presignedUrl).search;
}
