// npm run test:topology: the product on more than one machine, rehearsed on this one without containers. Two API processes and two
// workers, a primary and a streaming replica, PgBouncer in transaction mode, HAProxy in front, an S3 service. Needs Debian's packages
// postgresql, pgbouncer and haproxy; PGBOUNCER and HAPROXY may name other programs. Ends with 1 when a check fails.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import sharp from 'sharp';
import { ROOT } from '../../../scripts/prepare.mjs';
import { median } from '../median.mjs';
import { freePort } from '../stack.mjs';
import { Client, Load, tally } from './clients.mjs';
import {
  cpuMs,
  findTools,
  mailsIn,
  mailTextsIn,
  PgBouncer,
  Postgres,
  Stage,
  startHaproxy,
  versionOf,
} from './servers.mjs';

const API = 'apps/api/src/main.js';
const WORKER = 'apps/worker/src/main.js';
const COMMANDS = 'apps/api/src/commands';
const ROLE = 'credence';
const [password, ownerPassword, personPassword] = [1, 2, 3].map(() => randomBytes(18).toString('base64url'));
const CREW = 4;
const POOL = 8;
/** Of the role here; thirty seconds in production. */
const STATEMENT_SECONDS = 3;
const DRAIN_SECONDS = 3;

const began = performance.now();
let failures = 0;

function check(name, isSo, figures) {
  if (!isSo) failures += 1;
  const seconds = ((performance.now() - began) / 1000).toFixed(0).padStart(4);
  console.log(`${seconds} s  ${isSo ? 'ok    ' : 'FAILED'}  ${name}: ${figures}`);
}

async function until(isSo, seconds, what) {
  const end = performance.now() + seconds * 1000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`After ${seconds} seconds it is still not so: ${what}`);
    await sleep(100);
  }
}

/** Everything that runs, and how to reach it. */
class Topology {
  constructor(stage) {
    this.stage = stage;
  }

  async start() {
    const { stage } = this;
    const ports = await Promise.all(Array.from({ length: 8 }, () => freePort()));
    const [primaryPort, replicaPort, bouncerPort, s3Port, httpPort, directPort, ...apiPorts] = ports;
    Object.assign(this, { apiPorts, url: `http://127.0.0.1:${httpPort}` });
    this.primary = await Postgres.primary(stage, primaryPort);
    await this.primary.query(`create role credence_owner login createrole password '${ownerPassword}'`, [], 'postgres');
    await this.primary.query(`create role ${ROLE} login password '${password}'`, [], 'postgres');
    // PgBouncer leaves out what the product asks for with each connection.
    await this.primary.query(`alter role ${ROLE} set statement_timeout = '${STATEMENT_SECONDS}s'`, [], 'postgres');
    await this.primary.query('create database credence owner credence_owner', [], 'postgres');
    await this.primary.query('create extension pg_stat_statements');
    this.replica = await Postgres.replica(stage, this.primary, replicaPort);
    this.bouncer = new PgBouncer(stage, { port: bouncerPort, role: ROLE, password, poolSize: POOL });
    await this.bouncer.start(this.primary);
    const s3 = stage.start(
      's3',
      [process.execPath, join(import.meta.dirname, 's3.mjs'), String(s3Port), join(stage.path, 's3')],
      {
        cwd: ROOT,
      },
    );
    await s3.printed('S3 is up');
    await startHaproxy(stage, { httpPort, directPort, apiPorts, primary: this.primary, replica: this.replica });
    this.settings = {
      DATABASE_URL: this.bouncer.url,
      DATABASE_DIRECT_URL: this.urlOf(directPort),
      DATABASE_REPLICA_URL: this.urlOf(replicaPort),
      DATABASE_POOL_SIZE: '10',
      DATABASE_PREPARED_STATEMENTS: String(this.bouncer.canPrepare),
      S3_BUCKET: 'credence',
      S3_REGION: 'us-east-1',
      S3_ENDPOINT: `http://127.0.0.1:${s3Port}`,
      S3_FORCE_PATH_STYLE: 'true',
      // The one pair of keys this service knows.
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
      SECRET_KEY: randomBytes(36).toString('base64'),
      PUBLIC_URL: this.url,
      RATE_LIMIT_PERSON: '0',
      RATE_LIMIT_ADDRESS: '0',
      DRAIN_SECONDS: String(DRAIN_SECONDS),
      LOG_LEVEL: 'info',
    };
    const owner = {
      DATABASE_OWNER_URL: `postgresql://credence_owner:${ownerPassword}@127.0.0.1:${primaryPort}/credence`,
    };
    await stage.command(`${COMMANDS}/run-migrations.js`, [], { ...this.settings, ...owner });
  }

  urlOf(port) {
    return `postgresql://${ROLE}:${password}@127.0.0.1:${port}/credence`;
  }

  async startProcesses() {
    this.apis = await Promise.all(this.apiPorts.map((_, i) => this.startApi(i)));
    this.workers = await Promise.all([1, 2].map((number) => this.startWorker(number)));
    await this.waitForReplica();
  }

  startApi(i) {
    const env = { ...this.settings, PORT: String(this.apiPorts[i]), DATA_DIR: join(this.stage.path, `api${i + 1}`) };
    return this.stage.product(`api ${i + 1}`, API, env, 'Credence is running');
  }

  async startWorker(number) {
    const directory = join(this.stage.path, `worker${number}`);
    const env = { ...this.settings, DATA_DIR: directory };
    const started = await this.stage.product(`worker ${number}`, WORKER, env, 'worker is running');
    return Object.assign(started, { directory });
  }

  health(i) {
    return new Client(`http://127.0.0.1:${this.apiPorts[i]}`).get('/health/ready');
  }

  async waitForReplica() {
    const isUsed = async (i) => (await this.health(i)).body.checks?.replica === 'ok';
    await until(async () => (await isUsed(0)) && (await isUsed(1)), 30, 'both API processes read from the replica');
  }

  /** Comes in by the link of a mail, or of what the command printed. */
  async accept(text) {
    const [, token] = /#token=([\w-]+)/.exec(text) ?? [];
    const answer = await new Client(this.url).post('/auth/v1/rs/invitations/accept', {
      token,
      password: personPassword,
    });
    if (answer.status !== 204) throw new Error(`An invitation could not be accepted: ${JSON.stringify(answer)}`);
  }

  async mailTo(email) {
    const texts = () =>
      this.workers.flatMap(({ directory }) => mailTextsIn(directory)).filter((text) => text.includes(`To: ${email}`));
    await until(() => texts().length > 0, 30, `the invitation of ${email} has been mailed`);
    return texts()[0].replace(/=\r\n/g, '').replaceAll('=3D', '=');
  }

  async people() {
    const { stage, settings, url } = this;
    const admin = [
      '--name',
      'Northern Crewing',
      '--email',
      'admin@example.org',
      '--first-name',
      'Ada',
      '--last-name',
      'Admin',
    ];
    const founded = await stage.command(`${COMMANDS}/create-organization.js`, admin, settings);
    await this.accept(founded);
    this.admin = await Client.signIn(url, 'admin@example.org', personPassword);
    this.crew = [];
    for (let i = 1; i <= CREW; i += 1) {
      const email = `crew${i}@example.org`;
      const person = {
        email,
        firstName: 'Kari',
        lastName: `Nordmann${i}`,
        role: 'crew-member',
      };
      const answer = await this.admin.post('/api/v1/shared/users', person);
      if (answer.status !== 201) throw new Error(`${email} could not be created: ${JSON.stringify(answer)}`);
      await this.accept(await this.mailTo(email));
      this.crew.push(await Client.signIn(url, email, personPassword));
    }
  }
}

/** Statements that have read certificates or the queue there. */
async function readsOn(server) {
  const [{ calls }] = await server.query(
    `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
     where query ~* '^\\s*select' and query ~ 'verifications' and query !~ 'pg_stat'`,
  );
  return calls;
}

async function refusedStarts({ stage, settings, bouncer }) {
  const { DATABASE_DIRECT_URL: _, ...pooled } = settings;
  const attempt = (entry, env) =>
    stage.command(entry, [], env).then(
      () => 'It started.',
      (error) => error.message,
    );
  const worker = await attempt(WORKER, pooled);
  check(
    'a worker that has only the pooler is refused at its start',
    /DATABASE_DIRECT_URL/.test(worker),
    worker.split('\n')[1],
  );
  if (bouncer.canPrepare) return;
  const api = await attempt(API, { ...settings, DATABASE_PREPARED_STATEMENTS: 'true', PORT: '0' });
  check(
    'prepared statements through a PgBouncer that cannot carry them are refused',
    /max_prepared/.test(api),
    api.split('\n')[1],
  );
}

async function readsFromReplica({ primary, replica, crew, admin, bouncer }) {
  for (const person of crew) await person.createCertificate();
  await sleep(1500);
  const before = [await readsOn(primary), await readsOn(replica)];
  const answers = [];
  for (let i = 0; i < 50; i += 1) {
    answers.push(
      ...(await Promise.all([
        ...crew.map((person) => person.get(person.certificates)),
        admin.get('/api/v1/crew/queue'),
      ])),
    );
  }
  const after = [await readsOn(primary), await readsOn(replica)];
  const [onPrimary, onReplica] = after.map((calls, i) => calls - before[i]);
  const isRight = answers.every(({ status, body }) => status === 200 && (body.items ?? body).length > 0);
  check(
    'reads go to the replica',
    isRight && onReplica >= answers.length && onPrimary <= answers.length / 50,
    `${answers.length} lists, ${onReplica} statements on the replica, ${onPrimary} on the primary`,
  );
  const prepared = await bouncer.prepared();
  check(
    `statements are ${bouncer.canPrepare ? 'prepared' : 'not prepared'} through PgBouncer`,
    bouncer.canPrepare === prepared > 0,
    `${prepared} prepared on the connection behind it`,
  );
}

async function ownWrites({ primary, replica, crew, admin, url }) {
  await replica.set('recovery_min_apply_delay', '400ms');
  await sleep(1500);
  const before = [await readsOn(primary), await readsOn(replica)];
  let missing = 0;
  let writes = 0;
  const others = new Load(2, () => admin.get('/api/v1/crew/queue'));
  await Promise.all(
    crew.map(async (person) => {
      for (let i = 0; i < 40; i += 1) {
        const id = await person.createCertificate();
        writes += 1;
        const [list, one] = await Promise.all([
          person.get(`${person.certificates}?limit=200`),
          person.get(`/api/v1/crew/certificates/${id}`),
        ]);
        if (id === null || one.status !== 200 || !list.body.some((certificate) => certificate.id === id)) missing += 1;
        // Some come back while the replica is still behind, some when it has caught up.
        await sleep(Math.random() * 200);
      }
    }),
  );
  const queue = await others.stop();
  const after = [await readsOn(primary), await readsOn(replica)];
  const [onPrimary, onReplica] = after.map((calls, i) => calls - before[i]);
  check(
    'nobody misses what they have just written, on a replica that is 0.4 s behind',
    missing === 0 && onReplica >= queue.length,
    `${writes} writes, each read twice at once, ${missing} missing; meanwhile ${onReplica} reads of others on the replica, ${onPrimary} on the primary`,
  );
  // The same with a replica that stands still, and everybody's last write at one API process or the other.
  await replica.set('recovery_min_apply_delay', '0');
  await sleep(500);
  await replica.query('select pg_wal_replay_pause()');
  const ids = await Promise.all(crew.map((person) => person.createCertificate()));
  const again = await Promise.all(
    Array.from({ length: 10 }, () =>
      crew.map((person) => new Client(url, person.headers).get(person.certificates)),
    ).flat(),
  );
  const unseen = again.filter(
    ({ status, body }, i) => status !== 200 || !body.some(({ id }) => id === ids[i % CREW]),
  ).length;
  await replica.query('select pg_wal_replay_resume()');
  check(
    'nor on one that stands still',
    unseen === 0,
    `${again.length} reads, ${unseen} without the reader's last write`,
  );
}

async function jobsOnce(topology) {
  const { primary, admin, crew, workers } = topology;
  const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#369' } })
    .png()
    .toBuffer();
  const invited = Array.from({ length: 240 }, (_, i) => `invited${i}@example.org`);
  const uploads = [];
  const inviting = Promise.all(
    [0, 1, 2, 3].map(async (lane) => {
      for (let i = lane; i < invited.length; i += 4) {
        const answer = await admin.post('/api/v1/shared/invitations', {
          email: invited[i],
          role: 'crew-member',
          firstName: 'Kari',
          lastName: 'Nordmann',
        });
        if (answer.status !== 201) throw new Error(`An invitation was answered ${JSON.stringify(answer)}`);
        if (i % 20 === lane) uploads.push(await crew[lane].sendFile(png, 'image/png', `scan${i}.png`));
      }
    }),
  );
  // Its failure is heard below, where it is awaited; unheard until then, it would end this process and leave all others behind.
  inviting.catch(() => undefined);
  const written = () => workers.flatMap(({ directory }) => mailsIn(directory));
  await until(() => written().length >= 80, 60, '80 mails have been sent');
  await workers[0].stop('SIGKILL');
  const atKill = written().length;
  await inviting;
  const left = async () =>
    (
      await primary.query(
        `select count(*)::int as jobs from graphile_worker.jobs where task_identifier not like '%close%' and run_at <= now() + interval '1 hour'`,
      )
    )[0].jobs;
  await until(async () => (await left()) === 0, 90, 'no job is left');
  const mails = written().filter((to) => to?.startsWith('invited'));
  const twice = mails.length - new Set(mails).size;
  // What was in hand when a process is killed runs again: a mail may have been sent just before.
  check(
    'jobs run once, with one of two workers killed in the middle',
    new Set(mails).size === invited.length && twice <= 2,
    `${invited.length} mails to send, killed after ${atKill}, ${new Set(mails).size} received, ${twice} of those in hand twice`,
  );
  const checked = await primary.query(
    `select target_id, count(*)::int as times from audit_records where action = 'upload.check' and target_id = any($1) group by 1`,
    [uploads],
  );
  check(
    'files are checked once',
    checked.length === uploads.length && checked.every(({ times }) => times === 1),
    `${uploads.length} files, ${checked.length} checked, ${checked.filter(({ times }) => times > 1).length} more than once`,
  );
  topology.workers[0] = await topology.startWorker(3);
}

/** Reads, and a write now and then. */
function mixedWork({ crew, admin }) {
  return async (i) => {
    const person = crew[i % CREW];
    if (Math.random() < 0.2) return person.post(person.certificates, { certificateType: 'medical' });
    return Math.random() < 0.5 ? person.get(person.certificates) : admin.get('/api/v1/crew/queue');
  };
}

/** What a read and a write cost each part, in CPU time; for docs/operations.md, "Sizing". */
async function costs({ primary, replica, bouncer, apis, crew }) {
  const parts = { api: apis, PgBouncer: [bouncer], primary: [primary], replica: [replica] };
  const spent = () =>
    Object.entries(parts).map(([name, list]) => [
      name,
      list.map((part) => cpuMs((part.process ?? part).child.pid)).reduce((sum, ms) => sum + ms),
    ]);
  const works = {
    'list of 20': (person) => person.get(`${person.certificates}?limit=20`),
    'new certificate': (person) => person.post(person.certificates, { certificateType: 'medical' }),
  };
  for (const [name, work] of Object.entries(works)) {
    const before = spent();
    const load = new Load(8, (i) => work(crew[i % CREW]));
    await sleep(4000);
    const answers = await load.stop();
    const each = spent().map(([part, ms], i) => `${part} ${((ms - before[i][1]) / answers.length).toFixed(2)}`);
    check(`CPU of a ${name} in ms`, true, `${each.join(', ')} (${answers.length} requests)`);
  }
}

async function rollingRestart(topology) {
  const load = new Load(8, mixedWork(topology));
  await sleep(1000);
  for (const i of [0, 1]) {
    await topology.apis[i].stop('SIGTERM');
    topology.apis[i] = await topology.startApi(i);
    // The load balancer looks every 0.4 seconds.
    await sleep(2000);
  }
  const answers = await load.stop();
  const lost = answers.filter(({ status }) => status !== 200 && status !== 201);
  check(
    'a rolling restart of both API processes under load loses no request',
    lost.length === 0 && answers.length > 100,
    `${answers.length} requests, ${tally(answers)}, slowest ${Math.round(Math.max(...answers.map(({ ms }) => ms)))} ms`,
  );
  await topology.waitForReplica();
}

async function withoutReplica(topology) {
  const { replica, crew, admin } = topology;
  const read = (i) => (i % 2 ? admin.get('/api/v1/crew/queue') : crew[i % CREW].get(crew[i % CREW].certificates));
  const before = new Load(4, read);
  await sleep(2000);
  const usual = await before.stop();
  const load = new Load(4, read);
  await sleep(500);
  await replica.stop();
  await sleep(3000);
  const answers = await load.stop();
  const health = await topology.health(0);
  const ms = (list) => `${median(list.map((answer) => answer.ms)).toFixed(1)} ms`;
  check(
    'losing the replica only slows reads',
    answers.every(({ status }) => status === 200) && health.status === 200 && health.body.status === 'degraded',
    `${answers.length} requests, ${tally(answers)}, median ${ms(usual)} before and ${ms(answers)} across the loss, slowest ` +
      `${Math.round(Math.max(...answers.map((answer) => answer.ms)))} ms; ready with ${health.status}, ${health.body.status}`,
  );
  await replica.start();
  await topology.waitForReplica();
  check('and it is used again when it is back', true, 'both API processes say so');
}

async function blockedDatabase({ primary, crew }) {
  const blocker = new pg.Client({ connectionString: `postgresql://postgres@127.0.0.1:${primary.port}/credence` });
  await blocker.connect();
  await blocker.query('begin; lock table certificates in access exclusive mode');
  // Four times as many as PgBouncer has connections for.
  const waiting = Promise.all(
    Array.from({ length: POOL * 4 }, (_, i) =>
      crew[i % CREW].post(crew[i % CREW].certificates, { certificateType: 'medical' }),
    ),
  );
  const answers = await waiting;
  await blocker.query('rollback');
  await blocker.end();
  const slowest = Math.max(...answers.map(({ ms }) => ms)) / 1000;
  check(
    'statements that take too long and a pool that is used up are 503 with Retry-After',
    answers.every(({ status, retryAfter }) => status === 503 && retryAfter !== null) && slowest < 20,
    `${answers.length} requests, ${tally(answers)}, slowest ${slowest.toFixed(1)} s`,
  );
  const after = await Promise.all(
    crew.map((person) => person.post(person.certificates, { certificateType: 'medical' })),
  );
  check(
    'and the next ones are answered',
    after.every(({ status }) => status === 201),
    tally(after),
  );
}

async function failover(topology) {
  const { primary, replica, bouncer, crew, admin, workers } = topology;
  await primary.set('synchronous_standby_names', '*');
  const isSync = async () =>
    (await primary.query('select sync_state from pg_stat_replication'))[0]?.sync_state === 'sync';
  await until(isSync, 15, 'the replica is synchronous');
  const acknowledged = [];
  const load = new Load(6, async (i) => {
    const person = crew[i % CREW];
    const answer = await person.post(person.certificates, { certificateType: 'medical' });
    if (answer.status === 201) acknowledged.push({ id: answer.body.id, at: performance.now() });
    return answer;
  });
  await sleep(3000);
  const killedAt = performance.now();
  await primary.stop('SIGKILL');
  const beforeKill = acknowledged.length;
  const [{ promoted }] = await replica.query('select pg_promote(true, 30) as promoted');
  bouncer.repoint(replica);
  await until(
    () => acknowledged.some(({ at }) => at > killedAt + 500) && acknowledged.length > beforeKill + 20,
    60,
    'writes are accepted again',
  );
  await sleep(2000);
  const answers = await load.stop();
  const ids = acknowledged.map(({ id }) => id);
  const [{ found }] = await replica.query('select count(*)::int as found from certificates where id = any($1)', [ids]);
  const firstAfter = acknowledged.find(({ at }) => at > killedAt + 100);
  check(
    'failing over to the synchronous replica loses no acknowledged write',
    promoted && found === ids.length && beforeKill > 20,
    `${beforeKill} acknowledged before the kill, ${ids.length} in all, ${found} there; ${tally(answers)}; ` +
      `writes again after ${((firstAfter.at - killedAt) / 1000).toFixed(1)} s`,
  );
  const kinds = new Set(answers.map(({ status }) => status));
  const errors = topology.apis.flatMap(({ output }) =>
    output.split('\n').filter((line) => line.includes('internal_error')),
  );
  for (const line of new Set(errors.map((text) => /"message":"[^"]*"/.exec(text)?.[0]))) console.log(`        ${line}`);
  check(
    'and whoever was not served was told so',
    [...kinds].every((status) => [201, 503].includes(status)),
    tally(answers),
  );
  const lists = await Promise.all(crew.map((person) => person.get(`${person.certificates}?limit=1000`)));
  check(
    'what is read is what was written',
    lists.every(({ status }) => status === 200),
    tally(lists),
  );
  const late = Array.from({ length: 5 }, (_, i) => `late${i}@example.org`);
  for (const email of late) {
    await until(
      async () =>
        [201, 409].includes(
          (
            await admin.post('/api/v1/shared/invitations', {
              email,
              role: 'crew-member',
              firstName: 'Kari',
              lastName: 'Nordmann',
            })
          ).status,
        ),
      20,
      'an invitation is accepted',
    );
  }
  const mails = () => new Set([...workers, ...topology.workers].flatMap(({ directory }) => mailsIn(directory)));
  await until(() => late.every((email) => mails().has(email)), 60, 'jobs run on the new primary');
  check('jobs go on by themselves', true, `${late.length} of ${late.length} mails sent`);
}

/** Without the lines about requests. */
function lastLines(output) {
  const lines = output.split('\n').filter((line) => !line.includes('"context":"Request"'));
  return lines.slice(-15).join('\n');
}

async function main() {
  const tools = findTools();
  console.log(
    [versionOf(join(tools.postgres, 'postgres')), versionOf(tools.pgbouncer), versionOf(tools.haproxy, '-v')].join(
      '; ',
    ),
  );
  const stage = new Stage(tools);
  const topology = new Topology(stage);
  const stop = async (code) => {
    await stage.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop(1));
  try {
    await topology.start();
    await refusedStarts(topology);
    await topology.startProcesses();
    await topology.people();
    check('it runs', true, 'two API processes, two workers, primary, replica, PgBouncer, HAProxy, S3');
    for (const part of [
      readsFromReplica,
      ownWrites,
      jobsOnce,
      costs,
      rollingRestart,
      withoutReplica,
      blockedDatabase,
      failover,
    ]) {
      await part(topology);
    }
    console.log(
      failures === 0
        ? `All as it should be, after ${Math.round((performance.now() - began) / 1000)} seconds.`
        : `${failures} checks failed.`,
    );
  } catch (error) {
    failures += 1;
    console.error(error);
    for (const { name, output } of stage.processes) console.error(`--- ${name}\n${lastLines(output)}`);
  }
  await stop(failures === 0 ? 0 : 1);
}

await main();
