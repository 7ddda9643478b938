import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '#libs/database';
import { copy, demoRegistry } from '../support/demo-registry';
import { HttpClient } from '../support/http';
import { API, ProductDirectory, type Run } from '../support/product';
import { objectsOfRegistry, rowsOfRegistry, schemaOfRegistry } from '../support/registry-contents';

const BACKUP = 'apps/api/src/commands/backup.js';
const RESTORE = 'apps/api/src/commands/restore.js';
const VERIFY = 'apps/api/src/commands/verify-storage.js';
const MIGRATE = 'apps/api/src/commands/run-migrations.js';
const PASSPHRASE = { BACKUP_PASSPHRASE: 'four words nobody guesses' };

/** Stopped once it has printed so much. */
async function killedAfter(run: Run, text: string): Promise<void> {
  while (run.isRunning && !run.output.includes(text)) await sleep(5);
  expect(run.isRunning).toBe(true);
  await run.kill('SIGKILL');
}

describe('backup and restore', () => {
  /** A PostgreSQL in which nothing is yet, made once. */
  const prepared = new ProductDirectory();
  let source: ProductDirectory;
  const places: ProductDirectory[] = [];
  let archive: string;
  let plain: string;
  let rows: Record<string, string>;
  let schema: string[];
  let objects: Record<string, string>;
  let backedUp: Run;
  let backups: object[];

  const embedded = (place: ProductDirectory, more: Record<string, string> = {}) => ({ ...place.embedded(0), ...more });
  const backup = async (to: string, more: Record<string, string> = {}, args: string[] = []) => {
    const run = source.run(BACKUP, embedded(source, more), [`--to=${to}`, ...args]);
    return { run, code: await run.ended };
  };
  const folder = () => {
    const made = new ProductDirectory();
    places.push(made);
    return made;
  };
  /** Empty but for the secret that the data was made with. */
  const emptyFolder = () => {
    const made = folder();
    mkdirSync(made.dataDir);
    cpSync(join(source.dataDir, 'secrets.json'), join(made.dataDir, 'secrets.json'));
    return made;
  };
  /** As a restore leaves an empty folder whose backup it could not open. */
  const place = () => {
    const made = folder();
    copy(prepared.dataDir, made.dataDir);
    return made;
  };
  const restore = (to: ProductDirectory, from: string, more: Record<string, string> = {}, args: string[] = []) =>
    to.run(RESTORE, embedded(to, more), [`--from=${from}`, ...args]);
  const refused = async (
    to: ProductDirectory,
    from: string,
    sentence: string | RegExp,
    more = {},
    args: string[] = [],
  ) => {
    const run = restore(to, from, more, args);
    expect(await run.ended).toBe(1);
    expect(run.output).toMatch(sentence);
    expect(run.output).not.toMatch(/^\s+at /m);
  };
  const running = async (where: ProductDirectory) => {
    const port = await freePort();
    const run = where.run(API, { ...where.embedded(port), RUN_WORKER: 'false' });
    await run.printed('Credence is running');
    return { run, url: `http://127.0.0.1:${port}` };
  };
  /** While PostgreSQL of the place runs, as its owner. */
  const asked = async (where: ProductDirectory, statement: string) => {
    const client = new Client({ connectionString: where.ownerUrl });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  };
  /** While the product runs there. */
  const contents = async (where: ProductDirectory) => {
    const { run } = await running(where);
    const found = { rows: await rowsOfRegistry(where.ownerUrl), schema: await schemaOfRegistry(where.ownerUrl) };
    await run.kill('SIGTERM');
    return { ...found, objects: await objectsOfRegistry({ DATA_DIR: where.dataDir }) };
  };

  beforeAll(async () => {
    source = await demoRegistry();
    archive = join(source.path, 'registry.tar.age');
    plain = join(source.path, 'registry.tar');
    const { run: product } = await running(source);
    mkdirSync(prepared.dataDir);
    cpSync(join(source.dataDir, 'secrets.json'), join(prepared.dataDir, 'secrets.json'));
    await Promise.all([
      (async () => {
        backedUp = (await backup(archive, PASSPHRASE)).run;
        expect((await backup(plain)).code).toBe(0);
      })(),
      restore(prepared, join(source.path, 'none.tar')).ended,
    ]);
    backups = await asked(
      source,
      'select outcome, is_encrypted, file_count > 0 as has_files from backups order by ended_at',
    );
    rows = await rowsOfRegistry(source.ownerUrl);
    schema = await schemaOfRegistry(source.ownerUrl);
    await product.kill('SIGTERM');
    objects = await objectsOfRegistry({ DATA_DIR: source.dataDir });
  });
  afterAll(() => Promise.all([source, prepared, ...places].map((each) => each.remove())));

  it('takes everything beside the running product, says what it took and how it is locked, where the secret is not, and in the database that it was made', () => {
    const fingerprint = /\(fingerprint [0-9a-f]{16}\)/;
    expect(backedUp.output).toMatch(/registry\.tar\.age: \d{4,} rows, \d{3,} files of [\d.]+ MB, in [\d.]+ MB\./);
    expect(backedUp.output).toContain('Encrypted. SECRET_KEY is not in it; keep it elsewhere');
    expect(backedUp.output).toMatch(fingerprint);
    const { secretKey } = JSON.parse(readFileSync(join(source.dataDir, 'secrets.json'), 'utf8'));
    expect(readFileSync(archive, 'latin1').startsWith('age-encryption.org/v1\n-> scrypt')).toBe(true);
    expect(readFileSync(plain, 'latin1')).not.toContain(secretKey);
    expect(backups).toEqual([
      { outcome: 'complete', is_encrypted: true, has_files: true },
      { outcome: 'complete', is_encrypted: false, has_files: true },
    ]);
  });

  it('comes back row for row, file for file and index for index in an empty place; its people sign in, and its trail says of which moment it is', async () => {
    const target = emptyFolder();
    const run = restore(target, archive, PASSPHRASE);
    expect(await run.ended).toBe(0);
    expect(run.output).toContain('all compared');
    expect(target.postgresPid).toBeNull();
    expect(await objectsOfRegistry({ DATA_DIR: target.dataDir })).toEqual(objects);
    const { run: product, url } = await running(target);
    expect(await rowsOfRegistry(target.ownerUrl)).toEqual(rows);
    expect(await schemaOfRegistry(target.ownerUrl)).toEqual(schema);
    const [{ email, password }] = JSON.parse(readFileSync(join(source.dataDir, 'demo-accounts.json'), 'utf8'));
    expect((await new HttpClient(url).post('/auth/v1/rs/login/credentials', { email, password })).status).toBe(201);
    const [{ details }] = await asked(target, `select details from audit_records where action = 'registry.restore'`);
    expect(Math.abs(Date.now() - Date.parse(details.takenAt))).toBeLessThan(600_000);
    await product.kill('SIGTERM');
    const verified = target.run(VERIFY, embedded(target));
    expect(await verified.ended).toBe(0);
    expect(verified.output).toContain('Problems: 0.');
    await refused(target, archive, 'already holds a registry', PASSPHRASE);
  });

  it('goes on after a restore was killed among the rows, and again among the files; until then nothing starts there', async () => {
    const target = place();
    await killedAfter(restore(target, plain), 'public.memberships');
    const start = target.run(API, embedded(target));
    expect(await start.ended).toBe(1);
    expect(start.output).toContain('is not all there yet');
    await killedAfter(restore(target, plain), 'public.verifications');
    await refused(target, archive, 'the beginnings of another copy', PASSPHRASE);
    expect(await restore(target, plain).ended).toBe(0);
    const found = await contents(target);
    expect(found).toEqual({ rows, schema, objects });
  });

  it('changes nothing when it cannot be opened: encrypted without a key, with another one, no backup, no file', async () => {
    const target = place();
    await refused(target, archive, 'The backup is encrypted');
    await refused(target, archive, 'cannot be opened', { BACKUP_PASSPHRASE: 'something else entirely' });
    await refused(target, join(source.dataDir, 'secrets.json'), 'is no backup of Credence');
    await refused(target, join(source.path, 'none.tar'), 'cannot be read');
    const { rows: found } = await contents(target);
    expect(found['public.accounts']).toBe('0 ');
  });

  it('is refused when it is cut off or damaged, nothing starts on what was put in, and the undamaged one goes on from there', async () => {
    const target = place();
    const broken = join(source.path, 'broken.tar');
    const bytes = readFileSync(plain);
    for (const damaged of [
      bytes.subarray(0, bytes.length - 200_000),
      flipped(bytes, bytes.lastIndexOf('%PDF-') + 40),
    ]) {
      writeFileSync(broken, damaged);
      await refused(target, broken, /damaged|cut off/);
      expect(await target.run(API, embedded(target)).ended).toBe(1);
    }
    expect(await restore(target, plain).ended).toBe(0);
    expect(await contents(target)).toEqual({ rows, schema, objects });
  });

  it('is refused when it is cut off or damaged and encrypted', async () => {
    const target = place();
    const broken = join(source.path, 'broken.tar.age');
    const bytes = readFileSync(archive);
    for (const damaged of [bytes.subarray(0, bytes.length - 200_000), flipped(bytes, bytes.length / 2)]) {
      writeFileSync(broken, damaged);
      await refused(target, broken, /damaged|cut off/, PASSPHRASE);
    }
  });

  it('is refused with another SECRET_KEY before anything is changed, and taken over with it when that is said', async () => {
    const target = folder();
    await refused(target, plain, /made with another SECRET_KEY \(fingerprint [0-9a-f]{16}\)/);
    expect(await restore(target, plain, {}, ['--other-secret']).ended).toBe(0);
    await contents(target);
  });

  it('is not written over anything, and leaves nothing behind when it is stopped', async () => {
    const before = readdirSync(source.path);
    const { run, code } = await backup(plain);
    expect({ code, output: run.output }).toMatchObject({ code: 1, output: expect.stringContaining('replace nothing') });
    const stopped = source.run(BACKUP, embedded(source), [`--to=${join(source.path, 'stopped.tar')}`]);
    await stopped.printed('Table 3');
    expect(await stopped.kill('SIGTERM')).not.toBeNull();
    expect(readdirSync(source.path)).toEqual(before);
  });

  it('tells files that are gone or altered and keeps all others', async () => {
    const target = place();
    expect(await restore(target, plain).ended).toBe(0);
    const [gone = '', altered = ''] = Object.keys(objects).filter((key) => key.startsWith('files/'));
    truncateSync(join(target.dataDir, 'objects', altered), 10);
    rmSync(join(target.dataDir, 'objects', gone));
    const to = join(target.path, 'faulty.tar');
    const run = target.run(BACKUP, embedded(target), [`--to=${to}`]);
    expect(await run.ended).toBe(1);
    expect(run.output).toContain(`missing   ${gone}`);
    expect(run.output).toContain(`altered   ${altered}`);
    expect(existsSync(to)).toBe(true);
  });

  it('is encrypted for a key whose owner alone opens it, and put into a database that has the tables already and nothing in them', async () => {
    const [identity = '', recipient = ''] = keyPair();
    const to = join(source.path, 'for-somebody.tar.age');
    const { code } = await backup(to, {}, [`--recipient=${recipient}`]);
    expect(code).toBe(0);
    writeFileSync(join(source.path, 'key.txt'), `# created: today\n${identity}\n`);
    const target = place();
    expect(await target.run(MIGRATE, embedded(target)).ended).toBe(0);
    await refused(target, to, 'cannot be opened', PASSPHRASE);
    expect(await restore(target, to, {}, [`--identity-file=${join(source.path, 'key.txt')}`]).ended).toBe(0);
  });
});

/** As age-keygen makes them; by a process of its own, since jest does not load ES modules. */
function keyPair(): string[] {
  const script = `import('age-encryption').then(async (age) => {
    const identity = await age.generateX25519Identity();
    console.log(identity + '\\n' + (await age.identityToRecipient(identity)));
  })`;
  return execFileSync(process.execPath, ['-e', script], { cwd: __dirname, encoding: 'utf8' }).trim().split('\n');
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  const place = Math.floor(at);
  copy[place] = (copy[place] ?? 0) ^ 0xff;
  return copy;
}
