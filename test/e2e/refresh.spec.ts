import jwt from 'jsonwebtoken';
import type { TokenSet } from '#libs/auth';
import { type Beside, startBeside } from '../support/beside';
import { type Answer, expectProblem, HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

const REFRESH = '/auth/v1/rs/login/refresh';
const LOGOUT = '/auth/v1/rs/logout';
const ME = '/api/v1/shared/users/me';
const START = new Date();

let app: TestApp;
let other: Beside;

beforeAll(async () => {
  app = await TestApp.start();
  other = await startBeside(app);
});
beforeEach(() => app.setNow(START));
afterAll(async () => {
  await other.close();
  await app.close();
});

const signIn = async (): Promise<TokenSet> =>
  app.signIn(await app.given.person({ organization: await app.given.organization(), role: 'crew-member' }));
const refresh = ({ refreshToken }: TokenSet, by: Pick<TestApp, 'anonymous'> = app) =>
  by.anonymous.post(REFRESH, { refreshToken });
const tokensOf = ({ body }: Answer) => body.data as TokenSet;
const bearer = ({ accessToken }: TokenSet) => new HttpClient(app.url, { authorization: `Bearer ${accessToken}` });
const claimsOf = ({ refreshToken }: TokenSet) => jwt.decode(refreshToken) as { sid: string; gen: number };
/** What the session keeps of its refreshes. */
const kept = async (tokens: TokenSet) => {
  const statement = 'select refresh_generation, last_used_at, ended_at from sessions where id = $1';
  return (await app.database.query<object[]>(statement, [claimsOf(tokens).sid]))[0];
};
const ends = (tokens: TokenSet) =>
  app.database.query<{ reason: string }[]>(
    `select details->>'reason' as reason from audit_records where action = 'session.end' and target_id = $1`,
    [claimsOf(tokens).sid],
  );
const passSeconds = (seconds: number) => app.setNow(new Date(START.getTime() + seconds * 1000));

async function expectAlive(tokens: TokenSet): Promise<void> {
  expect((await bearer(tokens).get(ME)).status).toBe(200);
  expect((await refresh(tokens)).status).toBe(201);
}

async function expectEnded(...family: TokenSet[]): Promise<void> {
  for (const tokens of family) {
    expectProblem(await bearer(tokens).get(ME), 401, 'not_signed_in');
    expectProblem(await refresh(tokens), 401, 'refresh_token_invalid');
  }
}

describe('a refresh whose answer was lost', () => {
  it.each([0, 1, 29])('is answered again %i seconds later, with the successor there is', async (seconds) => {
    const first = await signIn();
    const lost = tokensOf(await refresh(first));
    const before = await kept(first);
    passSeconds(seconds);
    const answer = await refresh(first);
    expect(answer.status).toBe(201);
    const again = tokensOf(answer);
    expect(claimsOf(again)).toMatchObject({ sid: claimsOf(first).sid, gen: 1 });
    expect(claimsOf(lost).gen).toBe(1);
    expect(await kept(first)).toEqual(before);
    expect((await bearer(lost).get(ME)).status).toBe(200);
    await expectAlive(again);
  });

  it('ends the whole family when it is repeated after 31 seconds', async () => {
    const first = await signIn();
    const successor = tokensOf(await refresh(first));
    passSeconds(31);
    expectProblem(await refresh(first), 401, 'refresh_token_invalid');
    await expectEnded(first, successor);
    expect(await ends(first)).toEqual([{ reason: 'refresh_token_replayed' }]);
  });

  it('has its 30 seconds from the first answer, however often it is repeated', async () => {
    const first = await signIn();
    await refresh(first);
    for (const seconds of [15, 29]) {
      passSeconds(seconds);
      expect((await refresh(first)).status).toBe(201);
    }
    passSeconds(31);
    expectProblem(await refresh(first), 401, 'refresh_token_invalid');
  });

  it('ends the whole family once the successor has been used, within the 30 seconds too', async () => {
    const first = await signIn();
    const second = tokensOf(await refresh(first));
    const third = tokensOf(await refresh(second));
    expectProblem(await refresh(first), 401, 'refresh_token_invalid');
    await expectEnded(first, second, third);
    expect(await ends(first)).toEqual([{ reason: 'refresh_token_replayed' }]);
  });

  it('is refused when the session has ended meanwhile', async () => {
    const first = await signIn();
    const second = tokensOf(await refresh(first));
    expect((await bearer(second).post(LOGOUT)).status).toBe(204);
    expectProblem(await refresh(first), 401, 'refresh_token_invalid');
    expect(await ends(first)).toEqual([{ reason: 'signed_out' }]);
  });

  it('gives nothing of another session of the same person, and ends none', async () => {
    const person = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    const [phone, desk] = [await app.signIn(person), await app.signIn(person)];
    await refresh(phone);
    const deskSuccessor = tokensOf(await refresh(desk));
    expect(claimsOf(tokensOf(await refresh(phone))).sid).toBe(claimsOf(phone).sid);
    passSeconds(31);
    expectProblem(await refresh(phone), 401, 'refresh_token_invalid');
    await expectAlive(deskSuccessor);
  });
});

describe('refreshes at the same moment with the same token', () => {
  it('in two processes all get the same successor, and the session lives', async () => {
    const first = await signIn();
    // The second process has a clock of its own.
    app.setNow(null);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => refresh(first, index % 2 ? app : other)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map((answer) => claimsOf(tokensOf(answer)).gen))).toEqual(new Set([1]));
    for (const answer of answers) expect((await bearer(tokensOf(answer)).get(ME)).status).toBe(200);
    expect(await kept(first)).toMatchObject({ refresh_generation: 1, ended_at: null });
    const last = answers.at(-1);
    if (last) await expectAlive(tokensOf(last));
  });

  it('are refused when a sign-out comes between', async () => {
    for (let round = 0; round < 6; round++) {
      const first = await signIn();
      const [renewed, repeated, left] = await Promise.all([refresh(first), refresh(first), bearer(first).post(LOGOUT)]);
      expect(left.status).toBe(204);
      for (const answer of [renewed, repeated]) {
        if (answer.status === 201) await expectEnded(tokensOf(answer));
        else expectProblem(answer, 401, 'refresh_token_invalid');
      }
    }
  });
});
