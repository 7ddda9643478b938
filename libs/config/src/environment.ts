import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { plainToInstance, Transform } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  validateSync,
} from 'class-validator';
import { misspelled } from './known-names';
import { IsConnectionUrl, IsOrigin } from './urls';

const DEFAULT_UPLOAD_TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'image/tiff', 'image/heic'];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

const Integer = () => Transform(({ value }: { value: unknown }) => (value === undefined ? value : Number(value)));
/** The same: whether it has to be whole is another check's. */
const Decimal = Integer;
const Flag = () =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));
const Words = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' ? value.split(',').map((w) => w.trim()) : value,
  );

/**
 * Every setting of the product, by its environment name; .env.example explains each one (a test compares the two).
 * Where nothing points to services of one's own everything runs embedded.
 */
export class Environment {
  @IsOptional()
  @IsIn(['embedded', 'production'], { message: 'CREDENCE_MODE must be embedded or production' })
  CREDENCE_MODE?: 'embedded' | 'production';

  @IsOptional()
  @IsString()
  @MinLength(12)
  BACKUP_PASSPHRASE?: string;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT: number = 3000;

  @IsString()
  @MinLength(1)
  HOST: string = '127.0.0.1';

  @IsOptional()
  @IsOrigin()
  PUBLIC_URL?: string;

  @IsString()
  @MinLength(1)
  DATA_DIR: string = '.data';

  @IsOptional()
  @IsConnectionUrl('postgres', 'postgresql')
  DATABASE_URL?: string;

  @IsOptional()
  @IsConnectionUrl('postgres', 'postgresql')
  DATABASE_OWNER_URL?: string;

  @IsOptional()
  @IsConnectionUrl('postgres', 'postgresql')
  DATABASE_REPLICA_URL?: string;

  @IsOptional()
  @IsConnectionUrl('postgres', 'postgresql')
  DATABASE_DIRECT_URL?: string;

  @Flag()
  @IsBoolean()
  DATABASE_PREPARED_STATEMENTS: boolean = true;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(100)
  DATABASE_POOL_SIZE: number = 10;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(600)
  DATABASE_WAIT_SECONDS: number = 10;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(3600)
  DATABASE_STATEMENT_SECONDS: number = 30;

  @IsOptional()
  @IsString()
  @MinLength(3)
  S3_BUCKET?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  S3_REGION?: string;

  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  S3_ENDPOINT?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  S3_ACCESS_KEY_ID?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  S3_SECRET_ACCESS_KEY?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  S3_SESSION_TOKEN?: string;

  @Flag()
  @IsBoolean()
  S3_FORCE_PATH_STYLE: boolean = false;

  @IsOptional()
  @IsString()
  @MinLength(1)
  S3_CA_FILE?: string;

  @IsOptional()
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*\/?$/, {
    message: 'S3_PREFIX must be names of letters, digits, dots, hyphens and underscores with slashes between them',
  })
  @MaxLength(200)
  S3_PREFIX?: string;

  @IsOptional()
  @IsIn(['AES256', 'aws:kms'], { message: 'S3_SSE must be AES256 or aws:kms' })
  S3_SSE?: 'AES256' | 'aws:kms';

  @IsOptional()
  @IsString()
  @MinLength(1)
  S3_SSE_KMS_KEY_ID?: string;

  @IsOptional()
  @IsString()
  @MinLength(32)
  SECRET_KEY?: string;

  @IsOptional()
  @Flag()
  @IsBoolean()
  RUN_WORKER?: boolean;

  @Flag()
  @IsBoolean()
  DEMO_DATA: boolean = true;

  @Words()
  @Matches(/^https?:\/\/[a-z0-9.:[\]-]+$/, {
    each: true,
    message: 'CORS_ORIGINS must be origins separated by commas, each a scheme and a host without a path',
  })
  CORS_ORIGINS: string[] = [];

  @IsOptional()
  @Words()
  @Matches(/^(loopback|linklocal|uniquelocal|[0-9.]+(\/\d+)?|[0-9a-f:.]*:[0-9a-f:.]*(\/\d+)?)$/, {
    each: true,
    message: 'TRUST_PROXY must be addresses or networks separated by commas',
  })
  TRUST_PROXY?: string[];

  @Integer()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  RATE_LIMIT_PERSON: number = 12_000;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  RATE_LIMIT_ADDRESS: number = 3000;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  NEW_RECORDS_PERSON: number = 10_000;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  NEW_RECORDS_ORGANIZATION: number = 30_000;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  OPEN_UPLOADS_PERSON: number = 250;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(10_000_000)
  OPEN_UPLOADS_ORGANIZATION: number = 2_500;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(100_000)
  MAX_REQUESTS_IN_HAND: number = 256;

  @IsOptional()
  @Integer()
  @IsInt()
  @Min(1)
  @Max(65535)
  WORKER_PROBE_PORT?: number;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(10_080)
  QUEUE_STALLED_MINUTES: number = 15;

  @IsIn(LOG_LEVELS)
  LOG_LEVEL: (typeof LOG_LEVELS)[number] = 'info';

  @IsOptional()
  @Integer()
  @IsInt()
  @Min(1)
  @Max(65535)
  METRICS_PORT?: number;

  @IsString()
  @MinLength(1)
  METRICS_HOST: string = '127.0.0.1';

  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  TRACES_URL?: string;

  @Decimal()
  @IsNumber()
  @Min(0)
  @Max(1)
  TRACES_RATIO: number = 0.01;

  @IsOptional()
  @IsUrl({ require_tld: false, require_protocol: true, protocols: ['http', 'https'] })
  OIDC_ISSUER?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  OIDC_AUDIENCE?: string;

  @IsOptional()
  @IsString()
  @MinLength(1)
  OIDC_CLIENT_ID?: string;

  @Flag()
  @IsBoolean()
  OIDC_CREATE_USERS: boolean = false;

  @IsString()
  @MinLength(1)
  OIDC_CLAIM_SUBJECT: string = 'sub';

  @IsString()
  @MinLength(1)
  OIDC_CLAIM_EMAIL: string = 'email';

  @IsString()
  @MinLength(1)
  OIDC_CLAIM_FIRST_NAME: string = 'given_name';

  @IsString()
  @MinLength(1)
  OIDC_CLAIM_LAST_NAME: string = 'family_name';

  @IsString()
  @MinLength(1)
  OIDC_CLAIM_ORGANIZATION: string = 'organization';

  @IsString()
  @MinLength(1)
  OIDC_CLAIM_ROLE: string = 'role';

  @Integer()
  @IsInt()
  @Min(1)
  @Max(1440)
  ACCESS_TOKEN_MINUTES: number = 15;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(365)
  SESSION_DAYS: number = 30;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(365)
  SESSION_IDLE_DAYS: number = 14;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(1440)
  UPLOAD_URL_MINUTES: number = 15;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(1440)
  DOWNLOAD_URL_MINUTES: number = 15;

  @IsOptional()
  @IsConnectionUrl('smtp', 'smtps')
  SMTP_URL?: string;

  @IsOptional()
  @Matches(/^([^<>@]+<)?[^<>@\s]+@[^<>@\s]+>?$/, {
    message: 'MAIL_FROM must be an address, or a name and an <address>',
  })
  MAIL_FROM?: string;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(5_000_000_000)
  UPLOAD_MAX_BYTES: number = 25_000_000;

  @IsOptional()
  @IsString()
  @MinLength(1)
  CLAMD_HOST?: string;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(65535)
  CLAMD_PORT: number = 3310;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(3650)
  UNUSED_UPLOAD_DAYS: number = 7;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(36_500)
  RETENTION_DAYS: number = 3650;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(36_500)
  QUARANTINE_DAYS: number = 30;

  @Words()
  @IsIn(DEFAULT_UPLOAD_TYPES, { each: true })
  UPLOAD_TYPES: string[] = DEFAULT_UPLOAD_TYPES;

  @Integer()
  @IsInt()
  @Min(1)
  @Max(300)
  SHUTDOWN_SECONDS: number = 25;

  @Integer()
  @IsInt()
  @Min(0)
  @Max(300)
  DRAIN_SECONDS: number = 0;
}

/** The start was stopped because the configuration is wrong. Lists every problem at once and never prints a value. */
export class ConfigurationError extends Error {
  constructor(readonly problems: string[]) {
    super(`The configuration is not usable:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}

/** Reads and checks the environment. An empty variable counts as not set. @throws ConfigurationError */
export function readEnvironment(source: Record<string, string | undefined>): Environment {
  const names = Object.keys(new Environment()).concat(OPTIONAL_NAMES);
  const given = Object.fromEntries(names.filter((name) => source[name]).map((name) => [name, source[name]]));
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(environment, { validationError: { value: false, target: false } }).flatMap((error) =>
    Object.values(error.constraints ?? {}),
  );
  problems.push(...missingSettings(environment), ...misspelled(source, names));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return environment;
}

/**
 * True when database, files and keys live under DATA_DIR: where nothing points elsewhere, or CREDENCE_MODE says so. What has been checked
 * by `readEnvironment` never says both.
 */
export function isEmbedded(environment: Environment): boolean {
  const { CREDENCE_MODE: mode } = environment;
  return mode ? mode === 'embedded' : pointers(environment).length === 0;
}

/** Settings that are of use with services of one's own only. */
function pointers(environment: Environment): string[] {
  return [...SERVICE_NAMES, 'SECRET_KEY' as const].filter((name) => environment[name] !== undefined);
}

const SERVICE_NAMES = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'DATABASE_REPLICA_URL',
  'DATABASE_DIRECT_URL',
  'S3_BUCKET',
  'S3_REGION',
  'S3_ENDPOINT',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'S3_SESSION_TOKEN',
  'S3_CA_FILE',
  'S3_PREFIX',
  'S3_SSE',
  'S3_SSE_KMS_KEY_ID',
] as const;

const OPTIONAL_NAMES = [
  ...SERVICE_NAMES,
  'CREDENCE_MODE',
  'PUBLIC_URL',
  'SECRET_KEY',
  'OIDC_ISSUER',
  'OIDC_AUDIENCE',
  'OIDC_CLIENT_ID',
  'SMTP_URL',
  'MAIL_FROM',
  'CLAMD_HOST',
  'TRUST_PROXY',
  'RUN_WORKER',
  'WORKER_PROBE_PORT',
  'METRICS_PORT',
  'TRACES_URL',
];

function missingSettings(environment: Environment): string[] {
  const problems = isEmbedded(environment) ? contradictions(environment) : missingServices(environment);
  if (!environment.S3_ACCESS_KEY_ID !== !environment.S3_SECRET_ACCESS_KEY) {
    problems.push(
      'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set together, or neither (then the AWS default chain is used)',
    );
  }
  problems.push(...storageProblems(environment));
  if (!environment.OIDC_ISSUER !== !environment.OIDC_AUDIENCE) {
    problems.push('OIDC_ISSUER and OIDC_AUDIENCE must be set together, or neither');
  }
  if (environment.SMTP_URL && !environment.MAIL_FROM) {
    problems.push('MAIL_FROM is required with SMTP_URL: the address that the mails come from');
  }
  return problems;
}

/** CREDENCE_MODE=embedded beside what is of use with services of one's own only. A secret of one's own is of use. */
function contradictions(environment: Environment): string[] {
  const given = pointers(environment).filter((name) => name !== 'SECRET_KEY');
  return given.map(
    (name) => `${name} says that there are services of your own, and CREDENCE_MODE=embedded that there are none`,
  );
}

function missingServices(environment: Environment): string[] {
  const given = pointers(environment)[0];
  const reason = given
    ? `${given} says that there are services of your own (CREDENCE_MODE=embedded says that there are none)`
    : 'CREDENCE_MODE=production takes services of your own';
  return (['DATABASE_URL', 'S3_BUCKET', 'S3_REGION', 'SECRET_KEY', 'PUBLIC_URL'] as const)
    .filter((name) => !environment[name])
    .map((name) => `${name} is missing: ${reason}`);
}

function storageProblems(environment: Environment): string[] {
  const problems: string[] = [];
  if (environment.S3_SESSION_TOKEN && !environment.S3_ACCESS_KEY_ID) {
    problems.push('S3_SESSION_TOKEN belongs to S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, which are missing');
  }
  if (environment.S3_SSE_KMS_KEY_ID && environment.S3_SSE !== 'aws:kms') {
    problems.push('S3_SSE_KMS_KEY_ID needs S3_SSE=aws:kms');
  }
  if (environment.S3_CA_FILE) {
    if (!environment.S3_ENDPOINT?.startsWith('https://')) {
      problems.push('S3_CA_FILE needs an S3_ENDPOINT that begins with https://');
    }
    if (!holdsCertificate(environment.S3_CA_FILE)) {
      problems.push('S3_CA_FILE must name a readable file with certificates in PEM form');
    }
  }
  return problems;
}

function holdsCertificate(path: string): boolean {
  try {
    new X509Certificate(readFileSync(path));
    return true;
  } catch {
    return false;
  }
}
