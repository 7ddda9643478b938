import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, createConfig, deriveKey, embeddedSecrets, isEmbedded, readEnvironment } from './index';

const OWN_SERVICES = {
  DATABASE_URL: 'postgresql://credence:pw@db.example.org/credence',
  S3_BUCKET: 'credence-files',
  S3_REGION: 'eu-north-1',
  SECRET_KEY: 'a-secret-of-at-least-32-characters',
  PUBLIC_URL: 'https://credence.example.org/',
};

/** Each of them is of use with services of one's own only. */
const SERVICE_SETTINGS = [
  ['DATABASE_URL', OWN_SERVICES.DATABASE_URL],
  ['DATABASE_OWNER_URL', OWN_SERVICES.DATABASE_URL],
  ['DATABASE_REPLICA_URL', OWN_SERVICES.DATABASE_URL],
  ['DATABASE_DIRECT_URL', OWN_SERVICES.DATABASE_URL],
  ['S3_BUCKET', 'credence-files'],
  ['S3_REGION', 'eu-north-1'],
  ['S3_ENDPOINT', 'https://s3.example.org'],
  ['S3_ACCESS_KEY_ID', 'id'],
  ['S3_SECRET_ACCESS_KEY', 'key'],
  ['S3_SESSION_TOKEN', 'token'],
  ['S3_CA_FILE', 'ca.pem'],
  ['S3_PREFIX', 'shared'],
  ['S3_SSE', 'AES256'],
  ['S3_SSE_KMS_KEY_ID', 'alias/credence'],
  ['SECRET_KEY', OWN_SERVICES.SECRET_KEY],
] as const;

function problemsOf(source: Record<string, string>): string[] {
  try {
    readEnvironment(source);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

/** `#NAME=value` and `NAME=value` lines of .env.example. */
function exampleSettings(): Map<string, string> {
  const text = readFileSync(join(__dirname, '../../../.env.example'), 'utf8');
  return new Map([...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** Every property of the class, told by its declaration: the optional ones do not exist at run time. */
function declaredSettings(): string[] {
  const source = readFileSync(join(__dirname, 'environment.ts'), 'utf8');
  return [...source.matchAll(/^ {2}([A-Z][A-Z0-9_]*)\??:/gm)].map(([, name = '']) => name);
}

describe('.env.example', () => {
  it('lists exactly the settings that exist, each one once', () => {
    expect([...exampleSettings().keys()].sort()).toEqual(declaredSettings().sort());
    expect(readFileSync(join(__dirname, '../../../.env.example'), 'utf8').match(/^#?[A-Z][A-Z0-9_]*=/gm)).toHaveLength(
      declaredSettings().length,
    );
  });

  it('shows the true defaults', () => {
    for (const [name, value] of Object.entries(readEnvironment({}))) {
      if (value !== undefined)
        expect({ name, value: exampleSettings().get(name) }).toEqual({ name, value: String(value) });
    }
  });

  it('is a usable configuration when every example is set', () => {
    const secrets = { SECRET_KEY: OWN_SERVICES.SECRET_KEY, S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'key' };
    expect(problemsOf({ ...Object.fromEntries(exampleSettings()), ...secrets })).toEqual([]);
  });
});

describe('the settings of S3', () => {
  const s3Of = (settings: Record<string, string>) => createConfig(readEnvironment({ ...OWN_SERVICES, ...settings })).s3;

  it('make a folder of the prefix, with or without a slash at its end', () => {
    expect(s3Of({})?.prefix).toBe('');
    expect(s3Of({ S3_PREFIX: 'shared/credence' })?.prefix).toBe('shared/credence/');
    expect(s3Of({ S3_PREFIX: 'shared/credence/' })?.prefix).toBe('shared/credence/');
  });

  it('carry a session token and the encryption', () => {
    const keys = { S3_ACCESS_KEY_ID: 'id', S3_SECRET_ACCESS_KEY: 'key', S3_SESSION_TOKEN: 'token' };
    expect(s3Of({ ...keys, S3_SSE: 'aws:kms', S3_SSE_KMS_KEY_ID: 'a' })).toMatchObject({
      credentials: { accessKeyId: 'id', secretAccessKey: 'key', sessionToken: 'token' },
      encryption: { algorithm: 'aws:kms', kmsKeyId: 'a' },
    });
  });

  it.each([
    ['S3_PREFIX must be names', { S3_PREFIX: '../other' }],
    ['S3_PREFIX must be names', { S3_PREFIX: '/credence' }],
    ['S3_SSE must be AES256 or aws:kms', { S3_SSE: 'aes' }],
    ['S3_SSE_KMS_KEY_ID needs S3_SSE=aws:kms', { S3_SSE: 'AES256', S3_SSE_KMS_KEY_ID: 'a' }],
    ['S3_SESSION_TOKEN belongs to', { S3_SESSION_TOKEN: 'a' }],
    ['S3_CA_FILE needs an S3_ENDPOINT that begins with https://', { S3_CA_FILE: __filename }],
    [
      'S3_CA_FILE must name a readable file with certificates',
      { S3_ENDPOINT: 'https://s3.example.org', S3_CA_FILE: __filename },
    ],
  ])('are refused: %s', (message, settings) => {
    expect(problemsOf({ ...OWN_SERVICES, ...settings })).toEqual(
      expect.arrayContaining([expect.stringContaining(message)]),
    );
  });

  it('say so when there is no bucket for them', () => {
    expect(problemsOf({ S3_PREFIX: 'credence' })).toContain(
      'S3_BUCKET is missing: S3_PREFIX says that there are services of your own (CREDENCE_MODE=embedded says that there are none)',
    );
  });
});

describe('the environment', () => {
  it('needs nothing: everything then runs embedded', () => {
    const environment = readEnvironment({});
    expect(isEmbedded(environment)).toBe(true);
    expect(environment.PORT).toBe(3000);
    expect(environment.HOST).toBe('127.0.0.1');
  });

  it('counts an empty variable as not set', () => {
    expect(isEmbedded(readEnvironment({ DATABASE_URL: '', S3_BUCKET: '', PORT: '' }))).toBe(true);
  });

  it('accepts services of one’s own when all of them are given', () => {
    const environment = readEnvironment(OWN_SERVICES);
    expect(isEmbedded(environment)).toBe(false);
    expect(createConfig(environment).publicUrl).toBe('https://credence.example.org');
  });

  it.each(['DATABASE_URL', 'S3_BUCKET', 'S3_REGION', 'SECRET_KEY', 'PUBLIC_URL'] as const)(
    'refuses services of one’s own without %s',
    (name) => {
      const { [name]: _left, ...rest } = OWN_SERVICES;
      expect(problemsOf(rest)).toEqual([expect.stringContaining(name)]);
    },
  );

  it.each(SERVICE_SETTINGS)('is never embedded where %s points elsewhere', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual(
      expect.arrayContaining([expect.stringMatching(`^(DATABASE_URL|S3_BUCKET) is missing: ${name} says`)]),
    );
  });

  it('is never embedded with CREDENCE_MODE=production, and always with CREDENCE_MODE=embedded', () => {
    const missing = ['DATABASE_URL', 'S3_BUCKET', 'S3_REGION', 'SECRET_KEY', 'PUBLIC_URL'];
    expect(problemsOf({ CREDENCE_MODE: 'production' })).toEqual(
      missing.map((name) => `${name} is missing: CREDENCE_MODE=production takes services of your own`),
    );
    expect(isEmbedded(readEnvironment({ ...OWN_SERVICES, CREDENCE_MODE: 'production' }))).toBe(false);
    const { SECRET_KEY } = OWN_SERVICES;
    expect(isEmbedded(readEnvironment({ CREDENCE_MODE: 'embedded', SECRET_KEY }))).toBe(true);
    expect(problemsOf({ CREDENCE_MODE: 'embedded', DATABASE_URL: OWN_SERVICES.DATABASE_URL })).toEqual([
      'DATABASE_URL says that there are services of your own, and CREDENCE_MODE=embedded that there are none',
    ]);
    expect(problemsOf({ CREDENCE_MODE: 'prod' })).toContain('CREDENCE_MODE must be embedded or production');
  });

  it.each([
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_POOLSIZE', 'DATABASE_POOL_SIZE'],
    ['database_url', 'DATABASE_URL'],
    ['S3_ENDPIONT', 'S3_ENDPOINT'],
    ['S3BUCKET', 'S3_BUCKET'],
    ['S3_KEY', 'S3_SSE'],
    ['SMTP_URI', 'SMTP_URL'],
    ['OIDC_ISUER', 'OIDC_ISSUER'],
    ['SECRETKEY', 'SECRET_KEY'],
    ['PUBLIC_URI', 'PUBLIC_URL'],
    ['CREDENCE_MODUS', 'CREDENCE_MODE'],
  ])('refuses %s, which is no setting, and names %s', (name, nearest) => {
    expect(problemsOf({ [name]: 'hunter2' })).toEqual([`${name} is no setting; is ${nearest} meant?`]);
  });

  it.each([
    ...['AMQP_URL', 'HTTP_URL', 'SECRET_ID', 'PUBLIC_IP', 'HOSTNAME', 'SESSION_MANAGER', 'LOGLEVEL', 'PORTS', 'MAIL'],
    ...['DATABASE_SERVICE_HOST', 'DATABASE_SERVICE_PORT_PG', 'S3_PORT_443_TCP_ADDR', 'SMTP_PORT_25_TCP'],
  ])('leaves %s alone, which is of others', (name) => expect(problemsOf({ [name]: 'any' })).toEqual([]));

  it('leaves the address of a service alone, which Docker and Kubernetes give a name like ours', () => {
    expect(problemsOf({ DATABASE_PORT: 'tcp://10.0.0.7:5432' })).toEqual([]);
    expect(problemsOf({ DATABASE_PORT: '5432' })).toEqual([expect.stringMatching('^DATABASE_PORT is no setting')]);
  });

  it.each([
    'postgresql://credence:pa/ss@db.example.org/credence',
    'postgresql://credence:pa#ss@db.example.org/credence',
    'postgresql://credence:pa?ss@db.example.org/credence',
    'postgresql://credence:1/ss@db.example.org/credence',
    'postgresql://credence:pa%ss@db.example.org/credence',
    'postgresql://credence:pw@db.example.org/credence#x',
    'postgresql://credence:pw@db.example.org:54x2/credence',
  ])('refuses %s and says which characters are escaped, and how', (url) => {
    for (const name of ['DATABASE_URL', 'DATABASE_OWNER_URL', 'DATABASE_REPLICA_URL', 'DATABASE_DIRECT_URL']) {
      const problems = problemsOf({ ...OWN_SERVICES, [name]: url });
      expect(problems).toEqual([expect.stringMatching(`^${name} cannot be read as a URL: .* / as %2F, .* # as %23`)]);
    }
    const smtp = url.replace(/^postgresql/, 'smtp');
    const problems = problemsOf({ SMTP_URL: smtp, MAIL_FROM: 'registry@example.org' });
    expect(problems).toEqual([expect.stringMatching('^SMTP_URL cannot be read as a URL')]);
  });

  it.each([
    'postgresql://credence:p%40%2F%23%3Fss@db.example.org:5432/credence?sslmode=verify-full&application_name=a@b',
    'postgres://credence:p@ss@db.example.org/credence',
    'postgresql://db.example.org/credence',
    'postgresql:///credence?host=/var/run/postgresql',
  ])('takes %s', (url) => expect(problemsOf({ ...OWN_SERVICES, DATABASE_URL: url })).toEqual([]));

  it.each([
    'https://example.org/credence',
    'https://example.org/?a=b',
    'https://example.org/#a',
    'https://a:b@example.org',
    'ftp://example.org',
    'example.org',
  ])('refuses %s as PUBLIC_URL', (url) => {
    expect(problemsOf({ PUBLIC_URL: url })).toEqual([
      expect.stringMatching('^PUBLIC_URL must be https:// or http:// with a host and nothing after it'),
    ]);
  });

  it.each(['https://Example.org:443/', 'http://localhost:3000', 'http://[::1]:3000'])('takes %s as PUBLIC_URL', (url) =>
    expect(problemsOf({ PUBLIC_URL: url })).toEqual([]),
  );

  it('refuses a mail server without a sender', () => {
    const mail = { SMTP_URL: 'smtp://mail.example.org', MAIL_FROM: 'registry@example.org' };
    expect(problemsOf({ SMTP_URL: mail.SMTP_URL })).toEqual([expect.stringContaining('MAIL_FROM is required')]);
    expect(problemsOf(mail)).toEqual([]);
  });

  it('reports every problem at once and prints no value', () => {
    const wrong = {
      PORT: 'ninety-thousand',
      DATABASE_URL: 'mysql://root:hunter2@db',
      PUBLIC_URL: 'not-a-url-at-all',
      SECRET_KEY: 'too-short-secret',
      LOG_LEVEL: 'chatty-level',
      DEMO_DATA: 'perhaps-later',
      UPLOAD_TYPES: 'application/pdf,text/strange',
      SHUTDOWN_SECONDS: '98765',
      S3_ACCESS_KEY_ID: 'lonely-key',
    };
    const text = problemsOf(wrong).join('\n');
    for (const name of [...Object.keys(wrong), 'S3_BUCKET', 'S3_REGION']) expect(text).toContain(name);
    for (const value of [...Object.values(wrong), 'hunter2', 'text/strange']) expect(text).not.toContain(value);
  });

  it('runs the worker inside the API process only in the embedded default, unless told otherwise', () => {
    const embedded = { databaseUrl: 'postgresql://x', secretKey: 'k', publicUrl: 'http://localhost' };
    expect(createConfig(readEnvironment({}), embedded).runWorker).toBe(true);
    expect(createConfig(readEnvironment({ RUN_WORKER: 'false' }), embedded).runWorker).toBe(false);
    expect(createConfig(readEnvironment(OWN_SERVICES)).runWorker).toBe(false);
    expect(createConfig(readEnvironment({ ...OWN_SERVICES, RUN_WORKER: 'true' })).runWorker).toBe(true);
  });
});

describe('keys', () => {
  it('differ for every purpose and every installation, and are the same each time', () => {
    const purposes = ['signing-keys', 'signed-url'] as const;
    const hex = (secret: string) => purposes.map((purpose) => deriveKey(secret, purpose).export().toString('hex'));
    expect(new Set([...hex('one'), ...hex('two')]).size).toBe(2 * purposes.length);
    expect(hex('one')).toEqual(hex('one'));
  });
});

describe('the secrets of an embedded installation', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'credence-secrets-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('are made once, readable by their owner only', () => {
    const dataDir = join(directory, 'data');
    const first = embeddedSecrets(dataDir);
    expect(embeddedSecrets(dataDir)).toEqual(first);
    expect(first.secretKey.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
  });
});
