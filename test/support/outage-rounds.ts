import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { SMTPServer } from 'smtp-server';
import { HttpClient } from './http';
import { ProductDirectory, type Run, WORKER } from './product';
import { pdf } from './sample-files';
import { type S3Server, startS3Server } from './s3-server';
import { sendFile } from './send-file';
import { createTestDatabase, type TestDatabase } from './test-database';
import { type UnreliablePostgres } from './unreliable-postgres';

const ADMIN = { email: 'admin@example.org', password: 'a long password' };
const FILES = 4;
const MAILS = 3;
/** So long that some are in hand at any moment. */
const MAIL_MS = 300;
const SWEEPS = ['sessions-remove-expired', 'review-claims-remove-expired', 'second-factor-challenges-remove-expired'];
const LATEST_MS = 1500;
const AWAY_MS = 5000;
const LOOK_AGAIN_MS = 100;
export const WORKED_OFF_WITHIN_MS = 30_000;
/** A heart stops after 30 s without a beat; the last one was at most 5 s before, and then somebody has to ask. */
const TOLD_WITHIN_MS = 40_000;

export type Outage = 'stopped' | 'killed' | 'restarted';
export const OUTAGES: readonly Outage[] = ['stopped', 'killed', 'restarted'];

export interface Round {
  outage: Outage;
  /** What was in hand when it came, by lane. */
  inHand: string;
  /** From when PostgreSQL was back until all was worked off; null: it was not. */
  workedOffMs: number | null;
  /** What was left after half a minute: each job with its attempts and its last error. */
  left: string[];
  /** How often readiness said ok while PostgreSQL was stopped. */
  readyWhileAway: number;
  /** Where it was not worked off: from then until readiness said so; null: never. */
  toldMs: number | null;
  /** What became of the files, the mails and the queue, if it is not what should have. */
  problems: string[];
}

/** The product as processes on a PostgreSQL that comes and goes, an S3 service and a slow mail server. */
export class OutageScene {
  private readonly files: string[] = [];
  private readonly invited: string[] = [];
  private number = 0;

  private constructor(
    private readonly postgres: UnreliablePostgres,
    private readonly database: TestDatabase,
    private readonly s3: S3Server,
    private readonly mail: SMTPServer,
    private readonly received: Set<string>,
    private readonly directory: ProductDirectory,
    private readonly url: string,
    private readonly client: HttpClient,
    readonly runs: Run[],
  ) {}

  static async set(postgres: UnreliablePostgres, hasOwnWorker: boolean): Promise<OutageScene> {
    const database = await createTestDatabase(postgres.url);
    const s3 = await startS3Server();
    const received = new Set<string>();
    const mail = slowMailServer(received);
    mail.listen(0, '127.0.0.1');
    await once(mail.server, 'listening');
    const directory = new ProductDirectory();
    const settings: Record<string, string> = {
      ...directory.ownServices(database.url),
      ...s3.environment,
      DATABASE_OWNER_URL: database.ownerUrl,
      SMTP_URL: `smtp://127.0.0.1:${(mail.server.address() as AddressInfo).port}`,
      MAIL_FROM: 'credence@example.org',
      LOG_LEVEL: 'warn',
    };
    const token = await directory.found(['--name', 'Northern Crewing', '--email', ADMIN.email], settings);
    const { PORT: _, ...rest } = settings;
    const api = await directory.startOn(database.url, { ...rest, RUN_WORKER: String(!hasOwnWorker) });
    const runs = [api.run];
    if (hasOwnWorker) {
      const worker = directory.run(WORKER, rest);
      await worker.printed('worker is running');
      runs.push(worker);
    }
    await new HttpClient(api.url).post('/auth/v1/rs/invitations/accept', { token, password: ADMIN.password });
    const { body } = await new HttpClient(api.url).post('/auth/v1/rs/login/credentials', ADMIN);
    const client = new HttpClient(api.url, { authorization: `Bearer ${body.data.accessToken}` });
    return new OutageScene(postgres, database, s3, mail, received, directory, api.url, client, runs);
  }

  /** Gives the queue something to do, lets PostgreSQL go away in the middle of it, and looks what becomes of it. */
  async round(outage: Outage, awayMs = AWAY_MS): Promise<Round> {
    await this.giveWork();
    await sleep(Math.random() * LATEST_MS);
    const inHand = await this.inHand();
    if (outage === 'killed') await this.postgres.kill();
    else await this.postgres.stop();
    const readyWhileAway = outage === 'stopped' ? await this.countReady(awayMs) : 0;
    await this.postgres.comeBack();
    const back = performance.now();
    const workedOffMs = await this.untilWorkedOff(back);
    const left = workedOffMs === null ? await this.whatIsLeft() : [];
    const toldMs = workedOffMs === null ? await this.untilTold(back) : null;
    return { outage, inHand, workedOffMs, left, readyWhileAway, toldMs, problems: await this.problems() };
  }

  async end(): Promise<void> {
    await this.directory.remove();
    await new Promise<void>((closed) => this.mail.close(closed));
    await this.s3.stop();
    await this.database.drop();
  }

  private async giveWork(): Promise<void> {
    for (let i = 0; i < MAILS; i += 1) {
      const email = `invited${(this.number += 1)}@example.org`;
      const person = { email, role: 'crew-member', firstName: 'Kari', lastName: 'Nordmann' };
      const { status, text } = await this.client.post('/api/v1/shared/invitations', person);
      if (status !== 201) throw new Error(`An invitation was answered ${status}: ${text}`);
      this.invited.push(email);
    }
    for (let i = 0; i < FILES; i += 1) this.files.push(await sendFile(this.client, pdf(20_000 + i)));
    await this.ask('select graphile_worker.add_job(name) from unnest($1::text[]) as name', SWEEPS);
  }

  /** How many answers say ok in that time. */
  private async countReady(ms: number): Promise<number> {
    let ready = 0;
    for (const began = performance.now(); performance.now() - began < ms; await sleep(LOOK_AGAIN_MS)) {
      if ((await new HttpClient(this.url).get('/health/ready')).status === 200) ready += 1;
    }
    return ready;
  }

  private async untilWorkedOff(back: number): Promise<number | null> {
    while (performance.now() - back < WORKED_OFF_WITHIN_MS) {
      if ((await this.left()) === 0) return Math.round(performance.now() - back);
      await sleep(LOOK_AGAIN_MS);
    }
    return null;
  }

  private async untilTold(back: number): Promise<number | null> {
    while (performance.now() - back < WORKED_OFF_WITHIN_MS + TOLD_WITHIN_MS) {
      const { status, body } = await new HttpClient(this.url).get('/health/ready');
      if (status === 503 && body.checks.queue === 'failing') return Math.round(performance.now() - back);
      await sleep(LOOK_AGAIN_MS);
    }
    return null;
  }

  /** Jobs that should have run by now, whoever has them; uploads are closed a quarter of an hour after they were announced. */
  private async left(): Promise<number> {
    const [row] = await this.ask<{ n: number }>(
      `select count(*)::int as n from graphile_worker.jobs where task_identifier <> 'uploads.close' or locked_at is not null`,
    );
    return row?.n ?? 0;
  }

  private async whatIsLeft(): Promise<string[]> {
    const rows = await this.ask<{ told: string }>(
      `select task_identifier || ', attempt ' || attempts || coalesce(', in hand since ' || (now() - locked_at), '') || coalesce(': ' || last_error, '') as told
       from graphile_worker.jobs where task_identifier <> 'uploads.close' or locked_at is not null`,
    );
    return rows.map(({ told }) => told);
  }

  private async inHand(): Promise<string> {
    const rows = await this.ask<{ name: string; n: number }>(
      `select task_identifier as name, count(*)::int as n from graphile_worker.jobs where locked_at is not null group by 1 order by 1`,
    );
    return rows.map(({ name, n }) => `${n} ${name}`).join(', ') || 'nothing';
  }

  private async problems(): Promise<string[]> {
    const rows = await this.ask<{ id: string; status: string }>(
      `select id, status from uploads where id = any($1) and status <> 'ready'`,
      this.files,
    );
    const files = rows.map(({ status }) => `a file is ${status}`);
    const mails = this.invited.filter((email) => !this.received.has(email)).map(() => 'a mail was not sent');
    const ended = this.runs.filter((run) => !run.isRunning).map((run) => `a process has ended:\n${run.output}`);
    return [...files, ...mails, ...ended];
  }

  /** On a connection of its own each time: none outlives its PostgreSQL. */
  private async ask<T extends object>(statement: string, value?: unknown): Promise<T[]> {
    const client = new Client({ connectionString: this.database.ownerUrl });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<T>(statement, value === undefined ? [] : [value])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A line for each kind of outage: how long it took, and what did not work out. */
export function summaryOf(rounds: readonly Round[]): string[] {
  return OUTAGES.flatMap((outage) => {
    const some = rounds.filter((round) => round.outage === outage);
    const times = some.flatMap(({ workedOffMs }) => (workedOffMs === null ? [] : [workedOffMs])).sort((a, b) => a - b);
    const busy = some.filter(({ inHand }) => inHand !== 'nothing').length;
    const seconds = (ms?: number) => (ms === undefined ? '-' : `${(ms / 1000).toFixed(1)} s`);
    const last = `median ${seconds(times[Math.floor(times.length / 2)])}, longest ${seconds(times.at(-1))}`;
    return some.length === 0
      ? []
      : [`${outage}: ${times.length} of ${some.length} worked off, ${last}; jobs in hand in ${busy}`];
  });
}

function slowMailServer(received: Set<string>): SMTPServer {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, { envelope }, done) => {
      stream.resume();
      stream.on('end', () => {
        for (const { address } of envelope.rcptTo) received.add(address);
        setTimeout(done, MAIL_MS);
      });
    },
  });
  server.on('error', () => undefined);
  return server;
}
