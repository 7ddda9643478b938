import { Secret, TOTP } from 'otpauth';
import { Config } from '#libs/config';
import { type Deviations, SoftwareAuthenticator } from './authenticator';
import type { Person } from './given';
import { type Answer, type HttpClient } from './http';
import { created } from './papers';
import type { TestApp } from './test-app';

export const LOGIN = '/auth/v1/rs/login/credentials';
export const CODE_STEP = '/auth/v1/rs/login/second-factor/code';
export const PASSKEY_STEP = '/auth/v1/rs/login/second-factor/passkey';
export const OWN = '/api/v1/shared/users/me/second-factor';

/** What an authenticator app shows at that moment. */
export function codeAt(secret: string, at: Date): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
}

/** Adds an authenticator app to the account of the client; answers its secret and the recovery codes, if there are new ones. */
export async function addApp(client: HttpClient, { password }: Person, at: Date) {
  const { token, secret } = created(await client.post(`${OWN}/authenticator-app/begin`, { currentPassword: password }));
  const answer = await client.post(`${OWN}/authenticator-app`, { token, code: codeAt(secret, at) });
  return { secret: secret as string, recoveryCodes: created(answer).recoveryCodes as string[] | null };
}

/** Adds a passkey made of software. */
export async function addPasskey(
  app: TestApp,
  client: HttpClient,
  { password }: Person,
  name = 'My phone',
  deviations?: Deviations,
) {
  const passkey = new SoftwareAuthenticator(new URL(app.app.get(Config).publicUrl).origin);
  const { token, options } = created(await client.post(`${OWN}/passkeys/begin`, { currentPassword: password }));
  const answer = await client.post(`${OWN}/passkeys`, { token, name, credential: passkey.create(options, deviations) });
  return { passkey, recoveryCodes: created(answer).recoveryCodes as string[] | null };
}

/** The first step: what the 401 says of the second. @throws Error for any other answer */
export async function firstStep(app: TestApp, { email, password }: Pick<Person, 'email' | 'password'>) {
  const answer = await app.anonymous.post(LOGIN, { email, password });
  if (answer.body?.code !== 'second_factor_required') throw new Error(`The sign-in answered ${answer.text}`);
  return answer.body.secondFactor as {
    token: string;
    expiresAt: string;
    methods: string[];
    passkeyOptions: { challenge: string; rpId: string; allowCredentials: { id: string }[] } | null;
  };
}

/** Both steps, with a code. */
export async function signInWithCode(app: TestApp, person: Person, code: string): Promise<Answer> {
  const { token } = await firstStep(app, person);
  return app.anonymous.post(CODE_STEP, { token, code });
}

/** Both steps, with a passkey. */
export async function signInWithPasskey(
  app: TestApp,
  person: Person,
  passkey: SoftwareAuthenticator,
  deviations?: Deviations,
): Promise<Answer> {
  const { token, passkeyOptions } = await firstStep(app, person);
  if (!passkeyOptions) throw new Error('The account has no passkey');
  return app.anonymous.post(PASSKEY_STEP, { token, passkey: passkey.get(passkeyOptions, deviations) });
}
