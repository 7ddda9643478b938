import { generateKeyPairSync } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { ExtractJwt, type VerifiedCallback } from 'passport-jwt';
import { type PassportAttempt, RememberingStrategy } from './remembering.strategy';

const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const others = generateKeyPairSync('ec', { namedCurve: 'P-256' });

let key = ours.publicKey;
let refusal: Error | null;
let strategy: RememberingStrategy;
beforeEach(() => {
  key = ours.publicKey;
  refusal = null;
  strategy = new RememberingStrategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // jsonwebtoken takes a KeyObject; only its type says otherwise.
      secretOrKeyProvider: (_request, _token, done) => done(refusal, key as unknown as string),
      algorithms: ['ES256'],
      passReqToCallback: true,
    },
    (_request, { sub }: { sub: string }, done: VerifiedCallback) =>
      sub === 'broken' ? done(new Error('The database is away')) : done(null, sub),
  );
});

const token = (sub: string, expiresIn = 60) => jwt.sign({ sub }, ours.privateKey, { algorithm: 'ES256', expiresIn });

function ask(sent: string | null): Promise<object> {
  return new Promise((resolve) => {
    const attempt = Object.create(strategy) as PassportAttempt;
    attempt.success = (found) => resolve({ found });
    attempt.fail = (why) => resolve({ why: (why as Error).message });
    attempt.error = ({ message }) => resolve({ error: message });
    attempt.authenticate({ headers: sent === null ? {} : { authorization: `Bearer ${sent}` } });
  });
}

it('checks the signature of a token once, and that of every other', async () => {
  const [known, unknown] = [token('known'), token('unknown')];
  expect(await ask(known)).toEqual({ found: 'known' });
  // Whoever checks a signature now says that it is wrong.
  key = others.publicKey;
  expect(await ask(known)).toEqual({ found: 'known' });
  expect(await ask(unknown)).toEqual({ why: 'invalid signature' });
  expect(await ask(unknown)).toEqual({ why: 'invalid signature' });
  const [head, , signature] = known.split('.');
  expect(await ask([head, unknown.split('.')[1], signature].join('.'))).toEqual({ why: 'invalid signature' });
});

it('asks each time whether the key is accepted, and looks at the end', async () => {
  const known = token('known', 60);
  expect(await ask(known)).toEqual({ found: 'known' });
  refusal = new Error('It has leaked');
  expect(await ask(known)).toEqual({ why: 'It has leaked' });
  refusal = null;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 60_000);
  expect(await ask(known)).toEqual({ why: 'jwt expired' });
  clock.mockRestore();
});

it('tells a failure of ours as one, the first time and later', async () => {
  const known = token('broken');
  expect(await ask(known)).toEqual({ error: 'The database is away' });
  expect(await ask(known)).toEqual({ error: 'The database is away' });
  expect(await ask(null)).toEqual({ why: 'No auth token' });
});

it('forgets the oldest of more than ten thousand', async () => {
  const tokens = Array.from({ length: 10_001 }, (_, n) => token(String(n)));
  for (const each of tokens) await ask(each);
  key = others.publicKey;
  expect(await ask(tokens[0] ?? '')).toEqual({ why: 'invalid signature' });
  expect(await ask(tokens[1] ?? '')).toEqual({ found: '1' });
});
