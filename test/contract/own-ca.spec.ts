import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '#libs/common';
import { ObjectStorage } from '#libs/storage';
import { ownAuthority } from '../support/certificates';
import { ProductDirectory } from '../support/product';
import { type S3Server, startS3Server } from '../support/s3-server';
import { TestApp } from '../support/test-app';

describe('an S3 service whose certificate is by an authority of its own', () => {
  const { ca, cert, key } = ownAuthority();
  const directory = mkdtempSync(join(tmpdir(), 'credence-ca-'));
  const caFile = join(directory, 'ca.pem');
  let server: S3Server;

  beforeAll(async () => {
    writeFileSync(caFile, ca);
    server = await startS3Server({ tls: { cert, key } });
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is used with S3_CA_FILE, also for what the product tries as a client', async () => {
    const app = await TestApp.start({ environment: { ...server.environment, S3_CA_FILE: caFile } });
    try {
      const storage = app.app.get(ObjectStorage);
      const object = `incoming/${newId()}`;
      await storage.write(object, Buffer.from('bytes'), 'application/pdf');
      expect(await storage.find(object)).toEqual({ size: 5 });
      expect(await storage.enforcesChecksums()).toBe(false);
      expect((await app.anonymous.get('/health/ready')).status).toBe(200);
    } finally {
      await app.close();
    }
  });

  it('is not used without, and storage:check says why', async () => {
    const product = new ProductDirectory();
    try {
      const run = product.run('apps/api/src/commands/storage-check.js', {
        ...server.environment,
        DATABASE_URL: 'postgresql://credence@127.0.0.1/credence',
        SECRET_KEY: 'a-secret-of-the-tests-only-0123456789',
        PUBLIC_URL: 'https://credence.example.org',
      });
      expect(await run.ended).toBe(1);
      expect(run.output).toContain('S3_CA_FILE must name the file');
    } finally {
      await product.remove();
    }
  });
});
