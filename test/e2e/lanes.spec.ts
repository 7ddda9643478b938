import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FileInspector, type InspectionResult } from '#libs/inspection';
import { Jobs } from '#libs/jobs';
import { minuteOf, Schedule } from '../../libs/jobs/src/schedule';
import type { Organization } from '#libs/users';
import type { Person } from '../support/given';
import type { HttpClient } from '../support/http';
import { Mails } from '../support/mails';
import { inspectQuickly } from '../support/quick-inspector';
import { pdf } from '../support/sample-files';
import { checked, sendFile } from '../support/send-file';
import { TestApp } from '../support/test-app';

const BACKLOG = 8;
const CHECK_WORKERS = 3;

interface Held {
  size: number;
  letGo: () => void;
}

let app: TestApp;
let flooding: Organization;
let other: Organization;
let flooder: HttpClient;
let colleague: HttpClient;
let neighbour: HttpClient;
let admin: Person;
/** Checks that do not come to their end until they are let go; the sizes of all that were begun, in their order. */
let held: Held[] = [];
let begun: number[] = [];
let isCostly: (size: number) => boolean;

/** Costly files are as many bytes long as no others are. */
const costly = (n: number) => pdf(20_000 + n);

async function until(isDone: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 1500; round += 1) {
    if (await isDone()) return;
    await sleep(20);
  }
  throw new Error('It did not come to that');
}

beforeAll(async () => {
  app = await TestApp.start();
  inspectQuickly(app);
  const inspector = app.app.get(FileInspector);
  const quickly = inspector.inspect.bind(inspector);
  inspector.inspect = async (content, file): Promise<InspectionResult> => {
    begun.push(file.sizeBytes);
    if (isCostly(file.sizeBytes)) {
      await new Promise<void>((letGo) => held.push({ size: file.sizeBytes, letGo }));
    }
    return quickly(content, file);
  };
  [flooding, other] = [await app.given.organization(), await app.given.organization()];
  flooder = await app.as(await app.given.person({ organization: flooding, role: 'crew-member' }));
  colleague = await app.as(await app.given.person({ organization: flooding, role: 'crew-member' }));
  neighbour = await app.as(await app.given.person({ organization: other, role: 'crew-member' }));
  admin = await app.given.person({ organization: other, role: 'admin' });
});
afterAll(async () => {
  letAllGo();
  await app.close();
});

function letAllGo(): void {
  isCostly = () => false;
  for (const { letGo } of held.splice(0)) letGo();
}

describe('what runs at fixed times', () => {
  /** A clock that stands half a second before a minute when it is first looked at. */
  function clockBefore(minute: string): () => Date {
    const began = performance.now();
    return () => new Date(new Date(minute).getTime() - 500 + performance.now() - began);
  }

  const crontab = '17 * * * * probe-hourly\n30 4 * * * probe-nightly\n* * * * * probe-always';
  const probes = () =>
    app.database.query<{ name: string; at: Date }[]>(
      `select task_identifier as name, run_at as at from graphile_worker.jobs where task_identifier like 'probe-%' order by 1`,
    );
  const removeProbes = () =>
    app.database.query(
      `delete from graphile_worker._private_jobs where task_id in (select id from graphile_worker._private_tasks where identifier like 'probe-%')`,
    );

  async function run(dataSource: DataSource, minute: string, doneMinute: string, processes = 1): Promise<void> {
    const logger = new Logger('test');
    const schedules = Array.from(
      { length: processes },
      () => new Schedule(crontab, minuteOf(new Date(doneMinute)), clockBefore(minute), dataSource, logger),
    );
    await until(async () => (await probes()).length > 0);
    await Promise.all(schedules.map((schedule) => schedule.stop()));
  }

  afterEach(removeProbes);

  it('is queued at its minute and no other, once for all processes', async () => {
    await run(app.app.get(DataSource), '2031-05-04T10:17:00Z', '2031-05-04T10:16:00Z', 3);
    expect(await probes()).toEqual([
      { name: 'probe-always', at: new Date('2031-05-04T10:17:00Z') },
      { name: 'probe-hourly', at: new Date('2031-05-04T10:17:00Z') },
    ]);
  });

  it('runs once, late, when its times have passed while the database was away', async () => {
    const real = app.app.get(DataSource);
    let failures = 1;
    const unreliable = {
      query: (...args: Parameters<DataSource['query']>) =>
        failures-- > 0 ? Promise.reject(new Error('away')) : real.query(...args),
    } as DataSource;
    await run(unreliable, '2031-05-05T06:30:00Z', '2031-05-05T03:20:00Z');
    expect(failures).toBe(-1);
    expect(await probes()).toEqual([
      { name: 'probe-always', at: new Date('2031-05-05T06:30:00Z') },
      { name: 'probe-hourly', at: new Date('2031-05-05T06:17:00Z') },
      { name: 'probe-nightly', at: new Date('2031-05-05T04:30:00Z') },
    ]);
  });
});

describe('one person’s files that take long', () => {
  let files: string[];

  beforeAll(async () => {
    held = [];
    begun = [];
    isCostly = (size) => size >= 20_000;
    files = [];
    for (let n = 0; n < BACKLOG; n += 1) files.push(await sendFile(flooder, costly(n)));
    await until(() => held.length === CHECK_WORKERS - 1);
  });

  it('leave a check to the files of other organisations, which are ready meanwhile', async () => {
    const id = await sendFile(neighbour, pdf(1000));
    expect(await checked(app, id)).toBe('ready');
    expect(held).toHaveLength(CHECK_WORKERS - 1);
  });

  it('hold up no job of another lane: each kind of job that there is runs meanwhile', async () => {
    const jobs = app.app.get(Jobs);
    const { checks, ...others } = jobs.byLane;
    expect(checks).toEqual(['uploads.check']);
    const names = Object.values(others).flat();
    expect([...names, ...checks].sort()).toEqual([...jobs.byName.keys()].sort());
    expect(others.mail).toEqual(expect.arrayContaining(['password-resets.mail', 'invitations.mail']));
    const nobody =
      '{"uploadId":"00000000-0000-7000-8000-000000000000","diploma":"00000000-0000-7000-8000-000000000000"}';
    for (const name of names) {
      await app.database.query(`select graphile_worker.add_job($1, payload => $2::json, job_key => 'probe ' || $1)`, [
        name,
        nobody,
      ]);
    }
    await until(async () => {
      // Ended, or at least begun: with such a payload some can do nothing but fail.
      const rows = await app.database.query<unknown[]>(
        `select 1 from graphile_worker.jobs where key like 'probe %' and attempts = 0`,
      );
      return rows.length === 0;
    });
    await app.database.query(
      `select graphile_worker.remove_job(key) from graphile_worker.jobs where key like 'probe %'`,
    );
    expect(held).toHaveLength(CHECK_WORKERS - 1);
  });

  it('hold up no mail', async () => {
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: admin.email });
    expect(await new Mails(app.dataDir).arrived(admin.email)).toContain('#token=');
  });

  it('go behind a colleague’s, who has sent one only', async () => {
    const small = pdf(1500);
    const id = await sendFile(colleague, small);
    begun = [];
    held.shift()?.letGo();
    expect(await checked(app, id)).toBe('ready');
    expect(begun[0]).toBe(small.bytes.length);
  });

  it('are all checked in the end', async () => {
    letAllGo();
    for (const id of files) expect(await checked(app, id)).toBe('ready');
  });
});

it('people of one organisation who all come for the first time at one moment leave a check to others', async () => {
  const crowd = await app.given.organization();
  const people = await Promise.all(
    Array.from({ length: 16 }, async () =>
      app.as(await app.given.person({ organization: crowd, role: 'crew-member' })),
    ),
  );
  held = [];
  isCostly = (size) => size >= 20_000;
  const sent = Promise.all(people.map((client, n) => sendFile(client, costly(n))));
  await until(() => held.length >= CHECK_WORKERS - 1);
  const files = await sent;
  // Whoever was to be taken by mistake would have been by now: the neighbour's comes after all of them.
  expect(await checked(app, await sendFile(neighbour, pdf(1000)))).toBe('ready');
  expect(held).toHaveLength(CHECK_WORKERS - 1);
  letAllGo();
  for (const id of files) expect(await checked(app, id)).toBe('ready');
});
