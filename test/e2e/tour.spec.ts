import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { TestApp } from '../support/test-app';

const SCRIPT = join(__dirname, '..', '..', 'docs', 'tour.sh');

let app: TestApp;
beforeAll(async () => (app = await TestApp.start()));
afterAll(() => app.close());

describe('the five-minute tour', () => {
  it('works as it is written', async () => {
    const organization = await app.given.organization();
    const office = await app.given.person({ organization, role: 'office-admin' });
    const people = [
      await app.given.person({ organization, role: 'crew-member' }),
      await app.given.person({ organization, role: 'office-employee' }),
    ];
    const title = { name: 'Bachelor of Nautical Science' };
    expect((await (await app.as(office)).post('/users-organizations/v1/rs/titles', title)).status).toBe(201);
    const accounts = join(app.dataDir, 'demo-accounts.json');
    writeFileSync(accounts, JSON.stringify(people), { mode: 0o600 });

    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', SCRIPT], {
      env: {
        ...process.env,
        PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
        TMPDIR: app.dataDir,
        API: app.url,
        ACCOUNTS: accounts,
      },
    });
    const told = stdout.split('\n');
    expect(told).toEqual(expect.arrayContaining(['The same bytes came back.', 'uploaded', 'verified']));
    // The diploma waits for a reviewer still.
    expect(told).toContain('in_review');
    expect(stdout).toContain('"subject": "Bachelor of Nautical Science"');
    expect(stdout).toContain('"totalCount": 3');
  });
});
