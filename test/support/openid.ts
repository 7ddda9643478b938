import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

const RSA_BITS = 2048;

/** A key pair of the provider; the test has it too, to sign what an honest provider would not. */
export class ProviderKey {
  readonly kid = randomBytes(6).toString('hex');
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;

  constructor() {
    Object.assign(this, generateKeyPairSync('rsa', { modulusLength: RSA_BITS }));
  }

  get jwk() {
    return { ...this.privateKey.export({ format: 'jwk' }), kid: this.kid, use: 'sig', alg: 'RS256' };
  }
}

/** `oidc-provider` in a child process: discovery, keys and tokens over HTTP. */
export class OpenIdProvider {
  private child: ChildProcess | null = null;

  constructor(private readonly port: number) {}

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * Starts it, or starts it again with another key; `clients` are the subjects with their claims, who with `browser` can also sign in
   * to the client `credence-console`.
   */
  async start(
    key: ProviderKey,
    clients: Record<string, object>,
    browser: { redirectUri: string; audience: string } | null = null,
  ): Promise<void> {
    await this.stop();
    const settings = JSON.stringify({ port: this.port, jwks: { keys: [key.jwk] }, clients, browser });
    const script = join(__dirname, 'oidc-provider.mjs');
    this.child = spawn(process.execPath, [script, settings], { stdio: ['ignore', 'pipe', 'ignore'] });
    const { child } = this;
    await new Promise<void>((ready, failed) => {
      // Read to its end: it writes more later, and would break on a closed pipe.
      child.stdout?.on('data', (chunk) => String(chunk).includes('ready') && ready());
      child.once('exit', () => failed(new Error('The OpenID provider did not start')));
    });
  }

  async stop(): Promise<void> {
    if (!this.child || this.child.exitCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    this.child = null;
  }

  /** An access token as the provider gives it. */
  async token(subject: string, audience: string): Promise<string> {
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: subject,
        client_secret: 'only-for-tests',
        resource: audience,
        scope: 'api',
      }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (!token) throw new Error(`The OpenID provider answered ${response.status}`);
    return token;
  }
}
