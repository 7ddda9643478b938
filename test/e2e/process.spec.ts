import { existsSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '#libs/database';
import { HttpClient } from '../support/http';
import { API, ProductDirectory, WORKER } from '../support/product';
import { tokenIn } from '../support/mails';
import { createTestDatabase } from '../support/test-database';

const STOP_MS = 8000;
const CREATE_ORGANIZATION = 'apps/api/src/commands/create-organization.js';
const ACCEPT = '/auth/v1/rs/invitations/accept';
const RUN_MIGRATIONS = 'apps/api/src/commands/run-migrations.js';
const ADMIN = ['--name', 'Northern Crewing', '--email', 'admin@example.org'];

describe('the product as a process', () => {
  /** Where the product has been before, as at most starts: making a database takes longer than all else. */
  const directory = new ProductDirectory();
  let empty: ProductDirectory;
  beforeEach(() => (empty = new ProductDirectory()));
  afterEach(() => Promise.all([directory.stop(), empty.remove()]));
  afterAll(() => directory.remove());

  const ready = async (url: string) => (await fetch(`${url}/health/ready`)).status;
  /** By the link, and then with the password chosen there. */
  const comeIn = async (url: string, token: string): Promise<number[]> => {
    const client = new HttpClient(url);
    const password = 'a long password';
    const accepted = await client.post(ACCEPT, { token, password });
    const signedIn = await client.post('/auth/v1/rs/login/credentials', { email: 'admin@example.org', password });
    return [accepted.status, signedIn.status];
  };

  it('needs nothing but a folder, keeps its secrets to itself, tells a second start where it is and takes its signal twice', async () => {
    const { run, url } = await directory.start();
    expect(await ready(url)).toBe(200);
    expect(statSync(join(directory.dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    for (const line of [url, `${url}/docs`, `${url}/health/ready`, directory.dataDir])
      expect(run.output).toContain(line);

    const second = directory.run(API, directory.embedded(await freePort()));
    expect(await second.ended).toBe(1);
    expect(second.output.trim()).toBe(
      `Credence is already running on this data directory (${directory.dataDir}, process ${run.pid}, ${url}). ` +
        'Stop it first or choose another DATA_DIR.',
    );
    expect(await ready(url)).toBe(200);
    // As from npm and the terminal.
    void run.kill('SIGINT');
    expect(await run.kill('SIGINT')).toBe(0);
    expect(directory.postgresPid).toBeNull();
  });

  it('leaves nothing running when it is stopped in the middle of its start', async () => {
    const run = empty.run(API, empty.embedded(await freePort()));
    while (empty.postgresPid === null && run.isRunning) await sleep(10);
    expect(await run.kill('SIGTERM')).toBe(0);
    expect(run.output).toBe('');
    expect(empty.postgresPid).toBeNull();
  });

  it('answers the request in hand after SIGTERM, then leaves nothing running, however many idle connections there are', async () => {
    const { run, url, port } = await directory.start();
    const silent = await open(port);
    const keptAlive = await open(port);
    keptAlive.write('GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(keptAlive, 'data');
    expect(await ready(url)).toBe(200);
    const socket = await open(port);
    const body = JSON.stringify({ email: 'nobody@example.org', password: 'not a password' });
    const head = ['POST /auth/v1/rs/login/credentials HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
    // It is in hand once the product asks for the rest (RFC 9110, 10.1.1).
    socket.write([...head, `Content-Length: ${body.length}`, 'Expect: 100-continue', '', ''].join('\r\n'));
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 100 /);

    const ended = run.kill('SIGTERM');
    while (await accepts(port)) await sleep(20);
    expect(run.isRunning).toBe(true);
    socket.write(body);
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 401 /);
    const begin = performance.now();
    expect(await ended).toBe(0);
    expect(performance.now() - begin).toBeLessThan(STOP_MS);
    expect(directory.postgresPid).toBeNull();
    [silent, keptAlive].forEach((each) => each.destroy());
  });

  it('starts again after SIGKILL and takes over the PostgreSQL that was left behind', async () => {
    const first = await directory.start();
    await first.run.kill('SIGKILL');
    const left = directory.postgresPid;
    expect(left).not.toBeNull();

    const { run, url } = await directory.start(first.port);
    expect(directory.postgresPid).toBe(left);
    expect(await ready(url)).toBe(200);
    expect(await run.kill('SIGTERM')).toBe(0);
    expect(directory.postgresPid).toBeNull();
  });

  it('lets one of two starts at the same moment have an empty folder', async () => {
    const runs = [await freePort(), await freePort()].map((port) => empty.run(API, empty.embedded(port)));
    const loser = await Promise.race(runs.map((run) => run.ended.then((code) => ({ run, code }))));
    expect(loser).toMatchObject({ code: 1 });
    expect(loser.run.output).toContain('already running on this data directory');
    const winner = runs.find((run) => run !== loser.run);
    await winner?.printed('Credence is running');
    expect(await winner?.kill('SIGTERM')).toBe(0);
  });

  it('says when the port is taken, and stops what it had started', async () => {
    const other = createServer();
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const { port } = other.address() as { port: number };
    const run = directory.run(API, directory.embedded(port));
    expect(await run.ended).toBe(1);
    expect(run.output.trim()).toBe(
      `Something else already listens on 127.0.0.1, port ${port}. Stop it or set another PORT.`,
    );
    expect(directory.postgresPid).toBeNull();
    other.close();
  });

  it('lists every problem of a wrong configuration at once, prints no value and starts nothing', async () => {
    const run = empty.run(API, { DATABASE_URL: 'postgresql://someone:hunter2@db.example.org/credence' });
    expect(await run.ended).toBe(1);
    for (const name of ['S3_BUCKET', 'S3_REGION', 'SECRET_KEY', 'PUBLIC_URL']) expect(run.output).toContain(name);
    for (const value of ['hunter2', 'someone', 'db.example.org', '    at ']) expect(run.output).not.toContain(value);
    expect(existsSync(empty.dataDir)).toBe(false);
  });

  it('says that a database of one’s own cannot be reached', async () => {
    const run = empty.run(
      API,
      empty.ownServices(`postgresql://someone:hunter2@127.0.0.1:${await freePort()}/credence`),
    );
    expect(await run.ended).toBe(1);
    expect(run.output.trim()).toBe('The database of DATABASE_URL cannot be used: nothing listens there.');
  });

  it('runs on services of one’s own, with a worker beside it and nothing embedded', async () => {
    const database = await createTestDatabase();
    try {
      const port = await freePort();
      const services = empty.ownServices(database.url, port);
      const settings = { ...services, DATABASE_OWNER_URL: database.ownerUrl };
      const api = empty.run(API, settings);
      const worker = empty.run(WORKER, settings);
      await Promise.all([api.printed('Credence is running'), worker.printed('worker is running')]);
      const command = empty.run(CREATE_ORGANIZATION, settings, ADMIN);
      expect(await command.ended).toBe(0);
      expect(command.output).toContain(`${services['PUBLIC_URL']}/accept-invitation?lang=en#token=`);
      expect(await comeIn(`http://127.0.0.1:${port}`, tokenIn(command.output))).toEqual([204, 201]);
      expect(await Promise.all([api.kill('SIGTERM'), worker.kill('SIGTERM')])).toEqual([0, 0]);
      expect(existsSync(empty.dataDir)).toBe(false);
    } finally {
      await database.drop();
    }
  });

  it('creates an organisation on the embedded database, whether the product runs or not', async () => {
    const port = await freePort();
    const stopped = directory.run(CREATE_ORGANIZATION, directory.embedded(port), ADMIN);
    expect(await stopped.ended).toBe(0);
    expect(stopped.output).toContain(`http://127.0.0.1:${port}/accept-invitation?lang=en#token=`);
    expect(directory.postgresPid).toBeNull();
    const { url } = await directory.start();
    expect(await comeIn(url, tokenIn(stopped.output))).toEqual([204, 201]);
    // The same person may found another one: they accept it with the account they have.
    const other = ['--name', 'Southern Crewing', ...ADMIN.slice(2)];
    const second = directory.run(CREATE_ORGANIZATION, directory.embedded(0), other);
    expect(await second.ended).toBe(0);
    const answer = await new HttpClient(url).post(ACCEPT, { token: tokenIn(second.output) });
    expect(answer.status).toBe(204);
    expect(await ready(url)).toBe(200);
  });

  it('needs no worker of its own in the embedded default', async () => {
    const run = empty.run(WORKER, empty.embedded(0));
    expect(await run.ended).toBe(1);
    expect(run.output).toContain('already runs the worker');
  });

  it('migrates an empty database once, though four processes begin at the same moment', async () => {
    const admin = new Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
    await admin.connect();
    try {
      await admin.query('create database empty_for_migrations');
      const url = new URL(process.env['TEST_POSTGRES_URL'] ?? '');
      url.pathname = '/empty_for_migrations';
      const runs = [1, 2, 3, 4].map(() => empty.run(RUN_MIGRATIONS, empty.ownServices(url.toString())));
      const codes = await Promise.all(runs.map((run) => run.ended));
      expect({ codes, output: runs.map((run) => run.output).join('') }).toEqual({
        codes: [0, 0, 0, 0],
        output: 'The database is up to date.\n'.repeat(4),
      });
    } finally {
      await admin.query('drop database if exists empty_for_migrations with (force)');
      await admin.end();
    }
  });
});

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((told) => {
    socket.once('connect', () => told(true)).once('error', () => told(false));
  }).finally(() => socket.destroy());
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function once(socket: Socket, event: string): Promise<unknown> {
  return new Promise((happened) => socket.once(event, happened));
}
