import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tour } from '../client/tour';
import { pdf } from '../support/sample-files';
import { TestApp } from '../support/test-app';

const ROOT = join(__dirname, '..', '..');
const SCAN = pdf().bytes;

describe('the client generated from openapi.json', () => {
  it('is up to date; `npm run client` writes it', () => {
    const generator = join(ROOT, 'node_modules', 'openapi-typescript', 'bin', 'cli.js');
    const fresh = execFileSync(process.execPath, [generator, join(ROOT, 'openapi.json')], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
    expect(readFileSync(join(ROOT, 'apps', 'console', 'src', 'api', 'schema.d.ts'), 'utf8').trim()).toBe(fresh.trim());
  });

  it('runs the tour: record, send files, review, read back', async () => {
    const app = await TestApp.start();
    try {
      const organization = await app.given.organization();
      const admin = await app.given.person({ organization, role: 'office-admin' });
      const member = await app.given.person({ organization, role: 'crew-member' });
      const reviewer = await app.given.person({ organization, role: 'office-employee' });
      const title = await (await app.as(admin)).post('/users-organizations/v1/rs/titles', { name: 'Master Mariner' });

      const report = await tour({ baseUrl: app.url, member, reviewer, titleId: title.body.id, scan: SCAN });

      expect(report.diploma).toMatchObject({
        userId: member.id,
        title: { name: 'Master Mariner' },
        attachment: { name: 'diploma.pdf' },
        obtainedAt: '2024-12-05T14:56:23.000Z',
        actions: { canBeUpdated: true, canBeDeleted: true },
      });
      expect(Buffer.from(report.diplomaFile)).toEqual(Buffer.from(SCAN));
      expect(report.decision).toMatchObject({ targetType: 'certificate', status: 'verified' });
      expect(report.certificate.verification).toMatchObject({ status: 'verified' });
      expect(report.certificate.status).toBe('valid');
      expect(Buffer.from(report.certificateFile)).toEqual(Buffer.from(SCAN));
      expect(report.summary).toMatchObject({ state: 'in_review' });
      expect(report.summary.items).toHaveLength(2);
    } finally {
      await app.close();
    }
  });
});
