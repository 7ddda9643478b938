import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pino from 'pino';
import { DataSource } from 'typeorm';
import { Clock } from '#libs/common';
import { createConfig, readEnvironment } from '#libs/config';
import { databaseOptions, freePort } from '#libs/database';
import { gracefulClose } from '../../apps/api/src/close-app';
import { createApp } from '../../apps/api/src/create-app';
import type { Patience } from '../../apps/api/src/request-limits';
import { Given, type Person } from './given';
import { HttpClient } from './http';
import type { Standby } from './standby';
import { NO_LIMITS, TEST_CONNECTION, TEST_SECRET } from './template';
import { createTestDatabase } from './test-database';
import { addToRun, checkTrail, type TrailCount } from './trail-check';

export interface TestAppOptions {
  /** Environment variables besides the test defaults, for example S3_*. */
  environment?: Record<string, string>;
  /** As clients reach it; the address it listens on when left out. */
  publicUrl?: string;
  /** How tests reach it; passkeys want a name. 127.0.0.1 when left out. */
  host?: 'localhost';
  /** How long clients get to send a request; the product's own when left out. */
  patience?: Patience;
  /** A PostgreSQL other than the run's, with a replica to read from; with S3_* only. */
  standby?: Standby;
  /** Where rows are made up with a past, or against the rules on purpose, the trail is not compared with them. */
  isTrailChecked?: boolean;
}

/** The product itself, on a database and a data folder of its own, listening on a free port of 127.0.0.1. */
export class TestApp {
  readonly anonymous: HttpClient;
  readonly given: Given;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly dataDir: string,
    /** The test's own connections, as the owner: what a test does there is not the product's doing, nor limited like it. */
    readonly database: DataSource,
    private readonly cleanUp: () => Promise<void>,
  ) {
    this.anonymous = new HttpClient(url);
    this.given = new Given(this);
  }

  static async start({
    environment = {},
    publicUrl,
    host,
    patience,
    standby,
    isTrailChecked = true,
  }: TestAppOptions = {}): Promise<TestApp> {
    const database = await createTestDatabase(standby?.primaryUrl);
    const dataDir = mkdtempSync(join(tmpdir(), 'credence-data-'));
    const port = await freePort();
    const url = `http://${host ?? '127.0.0.1'}:${port}`;
    // With S3_* the product runs on services of one's own and wants all of them named.
    const ownServices = environment['S3_BUCKET']
      ? {
          DATABASE_URL: database.url,
          DATABASE_OWNER_URL: database.ownerUrl,
          SECRET_KEY: TEST_SECRET,
          PUBLIC_URL: url,
          RUN_WORKER: 'true',
          ...(standby ? { DATABASE_REPLICA_URL: withPort(database.url, standby.port) } : {}),
        }
      : {};
    const settings = readEnvironment({
      DATA_DIR: dataDir,
      LOG_LEVEL: 'silent',
      ...NO_LIMITS,
      ...ownServices,
      ...environment,
    });
    const config = createConfig(settings, {
      databaseUrl: database.url,
      databaseOwnerUrl: database.ownerUrl,
      secretKey: TEST_SECRET,
      publicUrl: publicUrl ?? url,
    });
    const app = await createApp(config, pino({ level: 'silent' }), patience);
    const close = gracefulClose(app);
    await app.listen(port, '127.0.0.1');
    const own = await ownConnections(database.ownerUrl, app.get(DataSource));
    return new TestApp(app, url, dataDir, own, async () => {
      await close();
      const trail = isTrailChecked ? await checkTrail(own) : null;
      await own.destroy();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
      if (trail) requireComplete(trail);
    });
  }

  /** Ends the product. @throws Error unless every state change it made has exactly one audit record */
  close(): Promise<void> {
    return this.cleanUp();
  }

  /** The SQL statements that the work makes the product run, transaction brackets included. */
  async statements(work: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = [];
    const product = this.app.get(DataSource);
    const before = product.logger;
    const logger = Object.assign(Object.create(before) as typeof before, {
      // Requests are counted in the database now and then, and hearts beat, whatever is asked.
      logQuery: (statement: string) => void (/rate_counts|heartbeats/.test(statement) || seen.push(statement)),
    });
    Object.assign(product, { logger });
    try {
      await work();
    } finally {
      Object.assign(product, { logger: before });
    }
    return seen;
  }

  /** Stops the product's clock at an instant; `null` lets it run again. */
  setNow(instant: Date | null): void {
    const clock = this.app.get(Clock);
    clock.now = () => (instant ? new Date(instant) : new Date());
  }

  /** A client signed in as the person over HTTP; sends both tokens, as contract D wants. */
  async as(person: Pick<Person, 'email' | 'password'>): Promise<HttpClient> {
    const { accessToken, sessionToken } = await this.signIn(person);
    return new HttpClient(this.url, { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken });
  }

  async signIn(
    person: Pick<Person, 'email' | 'password'>,
  ): Promise<{ accessToken: string; refreshToken: string; sessionToken: string }> {
    const answer = await this.anonymous.post('/auth/v1/rs/login/credentials', {
      email: person.email,
      password: person.password,
    });
    if (answer.status !== 201) throw new Error(`Sign-in of ${person.email} answered ${answer.status}: ${answer.text}`);
    return answer.body.data;
  }
}

function withPort(url: string, port: number): string {
  const other = new URL(url);
  other.port = String(port);
  return other.toString();
}

function requireComplete(trail: TrailCount): void {
  addToRun(trail);
  if (trail.problems.length === 0) return;
  throw new Error(`The audit trail does not fit what was changed:\n  ${trail.problems.join('\n  ')}`);
}

function ownConnections(url: string, product: DataSource): Promise<DataSource> {
  const { entities } = product.options;
  return new DataSource({ ...databaseOptions(url, 3), applicationName: TEST_CONNECTION, entities }).initialize();
}
