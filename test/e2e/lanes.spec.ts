import { setTimeout as sleep } from 'node:timers/promises';
import { FileInspector, type InspectionResult } from '#libs/inspection';
import { Jobs } from '#libs/jobs';
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
