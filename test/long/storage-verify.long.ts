import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { newId } from '#libs/common';
import { ProductDirectory, type Run } from '../support/product';

const VERIFY = 'apps/api/src/commands/verify-storage.js';
const FILES = 9_999;

/** Must show 8: one flipped byte, one missing and one orphaned object among 10,000, and a run that goes on where it stopped. */
describe('npm run storage:verify over 10,000 objects', () => {
  const directory = new ProductDirectory();
  const settings = { DATA_DIR: directory.dataDir };
  const objects = join(directory.dataDir, 'objects');
  let database: Client;

  afterAll(async () => {
    await database?.end();
    await directory.remove();
  });

  const verify = (...args: string[]): Run => directory.run(VERIFY, settings, args);
  const found = (run: Run) =>
    run.output.split('\n').filter((line) => /^(missing|altered|unreadable|orphaned)/.test(line));
  const write = (key: string, bytes: string) => {
    mkdirSync(dirname(join(objects, key)), { recursive: true });
    writeFileSync(join(objects, key), bytes);
  };
  /** Changes one bit. */
  const flip = (key: string) => {
    const bytes = readFileSync(join(objects, key));
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    writeFileSync(join(objects, key), bytes);
  };

  it('finds what is wrong, in both halves, and reads nothing twice', async () => {
    // The product runs beside all of it.
    await directory.start();
    database = new Client({ connectionString: directory.ownerUrl });
    await database.connect();
    const files = await makeFiles(database);
    for (const { key, bytes } of files) write(key, bytes);
    const [early, late] = [files[100]!, files[FILES - 100]!];
    flip(early.key);
    rmSync(join(objects, late.key));
    const orphan = `files/1/${newId()}/${newId()}`;
    write(orphan, 'nobody knows me');
    // What has just arrived is nobody's orphan yet.
    write(`files/1/${newId()}/${newId()}`, 'on its way');
    const longAgo = new Date(Date.now() - 2 * 3_600_000);
    utimesSync(join(objects, orphan), longAgo, longAgo);
    expect(readdirSync(join(objects, 'files', '1'))).toHaveLength(FILES + 2);

    const first = verify();
    await first.printed('(40 %)');
    await first.kill('SIGKILL');
    const { rows } = await database.query('select read_number, read_count from storage_verifications');
    const { read_number: position, read_count: readBefore } = rows[0];
    expect(Number(readBefore)).toBeGreaterThanOrEqual(0.4 * FILES);
    expect(Number(readBefore)).toBeLessThan(FILES);
    // Whoever reads the first half again will find all of it wrong.
    const firstHalf = files.filter(({ number }) => number <= Number(position) && number !== early.number);
    expect(firstHalf).toHaveLength(readBefore - 1);
    for (const { key } of firstHalf) flip(key);

    const second = verify();
    expect(await second.ended).toBe(1);
    expect(found(second)).toEqual([
      expect.stringMatching(`^altered +${early.key}  upload ${early.id} of organisation 1$`),
      expect.stringMatching(`^missing +${late.key}  upload ${late.id} of organisation 1$`),
      expect.stringMatching(`^orphaned +${orphan}$`),
    ]);
    expect(second.output).toContain(`Going on after ${readBefore} files.`);
    expect(second.output).toContain(
      `Files read: ${FILES} (${readBefore} of them before the interruption). Objects listed: ${FILES + 1}. Problems: 3.`,
    );

    // Mended, as from a backup: a new run finds nothing, and gives back what it had withheld.
    for (const { key } of [...firstHalf, early]) flip(key);
    write(late.key, late.bytes);
    rmSync(join(objects, orphan));
    const third = verify();
    expect(await third.ended).toBe(0);
    expect(third.output).toContain(`Files read: ${FILES}. Objects listed: ${FILES + 1}. Problems: 0.`);
    const trail = await database.query(
      `select action, target_id from audit_records where target_type = 'upload' order by id`,
    );
    expect(trail.rows).toEqual([
      { action: 'upload.withhold', target_id: early.id },
      { action: 'upload.restore', target_id: early.id },
    ]);
  });
});

interface File {
  number: number;
  id: string;
  key: string;
  bytes: string;
}

/** Uploads as the product leaves them, of one organisation. */
async function makeFiles(database: Client): Promise<File[]> {
  await database.query(
    `insert into organizations (uuid, name, time_zone, language, expiring_soon_days, upload_quota_bytes, created_at, updated_at)
       values ($1, 'Northern Crewing', 'UTC', 'en', 90, 0, now(), now())`,
    [newId()],
  );
  await database.query('insert into users (uuid, created_at, updated_at) values ($1, now(), now())', [newId()]);
  const made = Array.from({ length: FILES }, (_, index) => {
    const id = newId();
    return { id, key: `files/1/${id}/${newId()}`, bytes: `%PDF-1.4 file number ${index}` };
  });
  const { rows } = await database.query<{ id: string; number: string }>(
    `insert into uploads (id, organization_id, uploaded_by_user_uuid, kind, status, mime, size_bytes, original_filename,
       object_key, sha256, expires_at, created_at, updated_at)
     select file.id, 1, (select uuid from users limit 1), 'certificate', 'ready', 'application/pdf', file.size, 'scan.pdf',
       file.key, file.sha256, now(), now(), now()
     from unnest($1::uuid[], $2::int[], $3::text[], $4::text[]) as file (id, size, key, sha256)
     returning id, number`,
    [
      made.map(({ id }) => id),
      made.map(({ bytes }) => bytes.length),
      made.map(({ key }) => key),
      made.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')),
    ],
  );
  const numbers = new Map(rows.map(({ id, number }) => [id, Number(number)]));
  return made.map((file) => ({ ...file, number: numbers.get(file.id) ?? 0 }));
}
