import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { Clock, newId } from '#libs/common';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import { RegistryBackup } from '#libs/transfer';
import { storedFile } from '../support/stored-file';
import { TestApp } from '../support/test-app';

describe('a backup beside work that goes on', () => {
  let app: TestApp;
  let storage: ObjectStorage;
  const folder = mkdtempSync(join(tmpdir(), 'credence-backup-'));

  beforeAll(async () => {
    // Rows are put into states of which nobody has sent the requests.
    app = await TestApp.start({ isTrailChecked: false, environment: { RUN_WORKER: 'false' } });
    storage = app.app.get(ObjectStorage);
  });
  afterAll(async () => {
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const sweep = () => app.app.get(Jobs).byName.get('uploads-sweep')?.({});

  /** The product's storage; before its first answer to the backup, the work happens. */
  function interrupted(work: () => Promise<void>): ObjectStorage {
    let happening: Promise<void> | null = null;
    return new Proxy(storage, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          await (happening ??= work());
          return (member as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  }

  async function filesOf(path: string): Promise<Record<string, Buffer>> {
    const files: Record<string, Buffer> = {};
    for await (const entry of createReadStream(path).pipe(extract())) {
      files[entry.header.name] = await buffer(entry);
    }
    return files;
  }

  it('has each file that its rows name, though files are given up, finished and quarantined while it is made', async () => {
    const organization = await app.given.organization();
    const person = await app.given.person({ organization, role: 'crew-member' });
    const unused = await storedFile(app, person, { daysAgo: 30 });
    const infected = await storedFile(app, person, { status: 'uploaded', derivativesPrefix: null });
    const arriving = await storedFile(app, person, { status: 'pending', objectKey: null, derivativesPrefix: null });
    const quarantined = (id: string) => `quarantine/${organization.id}/${id}`;
    await storage.write(`incoming/${arriving.id}`, arriving.bytes, 'application/pdf');
    await storage.remove(quarantined(arriving.id));

    const path = join(folder, 'registry.tar');
    const during = interrupted(async () => {
      await sweep();
      const checked = `files/${organization.id}/${arriving.id}/${newId()}`;
      await storage.copy(`incoming/${arriving.id}`, checked);
      await storage.remove(`incoming/${arriving.id}`);
      await app.database.query(`update uploads set status = 'uploaded', object_key = $2 where id = $1`, [
        arriving.id,
        checked,
      ]);
      await storage.copy(infected.key, quarantined(infected.id));
      await storage.remove(infected.key);
      await app.database.query(`update uploads set status = 'infected', object_key = null where id = $1`, [
        infected.id,
      ]);
    });
    const backup = new RegistryBackup(app.app.get(Config), during, app.app.get(Clock));
    const report = await backup.write(path, null, () => undefined);

    expect(report.missing).toEqual([]);
    const files = await filesOf(path);
    for (const [key, bytes] of [
      [unused.key, unused.bytes],
      [infected.key, infected.bytes],
      [`incoming/${arriving.id}`, arriving.bytes],
    ] as const) {
      expect(files[`files/${key}`]?.equals(bytes)).toBe(true);
    }
    // It was given up meanwhile; the night after the backup removes it.
    const [given] = await app.database.query<[{ status: string }]>('select status from uploads where id = $1', [
      unused.id,
    ]);
    expect(given.status).toBe('failed');
    expect(await storage.find(unused.key)).not.toBeNull();
    await sweep();
    expect(await storage.find(unused.key)).toBeNull();
  });

  it('notes a backup that failed as one, and leaves no file', async () => {
    const backup = new RegistryBackup(app.app.get(Config), storage, app.app.get(Clock));
    const path = join(folder, 'stopped.tar');
    const stopped = backup.write(path, null, () => {
      throw new Error('Stopped');
    });
    await expect(stopped).rejects.toThrow('Stopped');
    const [last] = await app.database.query<[{ outcome: string; bytes: number }]>(
      'select outcome, bytes from backups order by ended_at desc limit 1',
    );
    expect(last).toEqual({ outcome: 'failed', bytes: 0 });
    expect(readdirSync(folder)).toEqual(['registry.tar']);
  });
});
