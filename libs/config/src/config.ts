import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { deriveKey } from './secrets';
import { type Environment, isEmbedded } from './environment';

/** Where files go when S3 is configured. */
export interface S3Settings {
  bucket: string;
  region: string;
  endpoint?: string;
  forcePathStyle: boolean;
  credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** Certificates that the endpoint may be signed by, besides those that Node knows; PEM. */
  ca?: string;
  /** Begins every key; empty, or with a slash at its end. */
  prefix: string;
  /** How the service encrypts what it stores. Without it, as the bucket says. */
  encryption?: { algorithm: 'AES256' | 'aws:kms'; kmsKeyId?: string };
}

/** Where the malware scanner listens: a Unix socket or a port. */
export type ClamdSettings = { path: string } | { host: string; port: number };

/** The identity provider whose tokens are accepted. */
export interface OidcSettings {
  issuer: string;
  audience: string;
  /** Of the sign-in in the browser; null: there is none. */
  clientId: string | null;
  /** Whether somebody new gets an account. */
  createUsers: boolean;
  /** Names of the claims. */
  claims: Readonly<Record<'subject' | 'email' | 'firstName' | 'lastName' | 'organization' | 'role', string>>;
}

/** The validated configuration, in the terms the libs use. Injected; nothing else reads the environment. */
export abstract class Config {
  abstract readonly environment: Environment;
  /** Base of every URL that the product gives out, without a trailing slash. */
  abstract readonly publicUrl: string;
  /** How the application reaches the database. */
  abstract readonly databaseUrl: string;
  /** How the migrations reach it: as the owner of the schema. The same where roles are not separated. */
  abstract readonly databaseOwnerUrl: string;
  /** The same as the application, straight to PostgreSQL: what needs a session of its own does not work through every pooler. */
  abstract readonly databaseDirectUrl: string;
  /** Null: there is no replica to read from. */
  abstract readonly databaseReplicaUrl: string | null;
  /** Null: files are kept under DATA_DIR/objects. */
  abstract readonly s3: S3Settings | null;
  /** Null: people sign in with a password only. */
  abstract readonly oidc: OidcSettings | null;
  /** Null: files are not scanned for malware. */
  abstract readonly clamd: ClamdSettings | null;
  abstract readonly runWorker: boolean;
  /** Tells whether data was made with this SECRET_KEY, and nothing about it. */
  abstract readonly secretFingerprint: Buffer;
  abstract readonly keys: Readonly<
    Record<
      'signingKeys' | 'signedUrl' | 'budget' | 'rateLimit' | 'requestFingerprint' | 'storedAnswer' | 'secondFactor',
      KeyObject
    >
  >;
}

/** Builds the configuration. The embedded default passes its own database address, secret and public URL. */
export function createConfig(
  environment: Environment,
  embedded?: { databaseUrl: string; databaseOwnerUrl?: string; secretKey: string; publicUrl: string },
): Config {
  const secret = environment.SECRET_KEY ?? embedded?.secretKey;
  const databaseUrl = environment.DATABASE_URL ?? embedded?.databaseUrl;
  const databaseDirectUrl = environment.DATABASE_DIRECT_URL ?? databaseUrl;
  const publicUrl = environment.PUBLIC_URL ?? embedded?.publicUrl;
  if (!secret || !databaseUrl || !databaseDirectUrl || !publicUrl)
    throw new Error('The configuration was not checked before use');
  return {
    environment,
    publicUrl: publicUrl.replace(/\/+$/, ''),
    databaseUrl,
    databaseOwnerUrl:
      (environment.DATABASE_URL ? environment.DATABASE_OWNER_URL : embedded?.databaseOwnerUrl) ?? databaseDirectUrl,
    databaseDirectUrl,
    databaseReplicaUrl: environment.DATABASE_REPLICA_URL ?? null,
    s3: s3Settings(environment),
    oidc: oidcSettings(environment),
    clamd: clamdSettings(environment),
    runWorker: environment.RUN_WORKER ?? isEmbedded(environment),
    secretFingerprint: deriveKey(secret, 'secret-fingerprint').export(),
    keys: {
      signingKeys: deriveKey(secret, 'signing-keys'),
      signedUrl: deriveKey(secret, 'signed-url'),
      budget: deriveKey(secret, 'budget'),
      rateLimit: deriveKey(secret, 'rate-limit'),
      requestFingerprint: deriveKey(secret, 'request-fingerprint'),
      storedAnswer: deriveKey(secret, 'stored-answer'),
      secondFactor: deriveKey(secret, 'second-factor'),
    },
  };
}

function oidcSettings(environment: Environment): OidcSettings | null {
  const { OIDC_ISSUER, OIDC_AUDIENCE, OIDC_CLIENT_ID, OIDC_CREATE_USERS } = environment;
  if (!OIDC_ISSUER || !OIDC_AUDIENCE) return null;
  return {
    issuer: OIDC_ISSUER,
    audience: OIDC_AUDIENCE,
    clientId: OIDC_CLIENT_ID ?? null,
    createUsers: OIDC_CREATE_USERS,
    claims: {
      subject: environment.OIDC_CLAIM_SUBJECT,
      email: environment.OIDC_CLAIM_EMAIL,
      firstName: environment.OIDC_CLAIM_FIRST_NAME,
      lastName: environment.OIDC_CLAIM_LAST_NAME,
      organization: environment.OIDC_CLAIM_ORGANIZATION,
      role: environment.OIDC_CLAIM_ROLE,
    },
  };
}

function clamdSettings({ CLAMD_HOST, CLAMD_PORT }: Environment): ClamdSettings | null {
  if (!CLAMD_HOST) return null;
  return CLAMD_HOST.startsWith('/') ? { path: CLAMD_HOST } : { host: CLAMD_HOST, port: CLAMD_PORT };
}

/** Null: files are kept on disk. */
export function s3Settings(environment: Environment): S3Settings | null {
  const { S3_BUCKET, S3_REGION, S3_ENDPOINT, S3_CA_FILE, S3_PREFIX, S3_SSE, S3_SSE_KMS_KEY_ID } = environment;
  if (!S3_BUCKET || !S3_REGION) return null;
  return {
    bucket: S3_BUCKET,
    region: S3_REGION,
    endpoint: S3_ENDPOINT,
    forcePathStyle: environment.S3_FORCE_PATH_STYLE,
    credentials: s3Credentials(environment),
    ca: S3_CA_FILE ? readFileSync(S3_CA_FILE, 'utf8') : undefined,
    prefix: S3_PREFIX ? `${S3_PREFIX.replace(/\/$/, '')}/` : '',
    encryption: S3_SSE ? { algorithm: S3_SSE, kmsKeyId: S3_SSE_KMS_KEY_ID } : undefined,
  };
}

function s3Credentials(environment: Environment): S3Settings['credentials'] {
  const { S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_SESSION_TOKEN } = environment;
  if (!S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: S3_ACCESS_KEY_ID,
    secretAccessKey: S3_SECRET_ACCESS_KEY,
    ...(S3_SESSION_TOKEN ? { sessionToken: S3_SESSION_TOKEN } : {}),
  };
}
