import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Jobs } from '#libs/jobs';
import { ObjectStorage } from '#libs/storage';
import { createDemoData, type DemoAccount } from '../../apps/api/src/demo';
import { HttpClient } from '../support/http';
import { TestApp } from '../support/test-app';

interface Certificate {
  id: string;
  status: string;
  expiryDate: string | null;
  uploadId: string | null;
  verification: { status: string; rejectionReason: string | null };
}

describe('the demo data', () => {
  let app: TestApp;
  let accounts: DemoAccount[];
  let reviewer: HttpClient;
  let certificates: Certificate[];

  const signedIn = async ({ email, password }: DemoAccount) => {
    const answer = await app.anonymous.post('/auth/v1/rs/login/credentials', { email, password });
    expect(answer.status).toBe(201);
    const { accessToken, sessionToken } = answer.body.data;
    return new HttpClient(app.url, { authorization: `Bearer ${accessToken}`, 'x-session-token': sessionToken });
  };
  const objects = () => app.app.get(ObjectStorage, { strict: false });
  const accountsPath = () => join(app.dataDir, 'demo-accounts.json');
  const draftPath = () => `${accountsPath()}.draft`;
  const first = (role: string) => accounts.find((account) => account.role === role) as DemoAccount;
  const roster = async () => (await reviewer.get('/api/v1/crew/roster?limit=1000&include_count=true')).body;

  beforeAll(async () => {
    // Without the checks in the background: most of four hundred files would be looked into meanwhile.
    app = await TestApp.start({ isTrailChecked: false, environment: { RUN_WORKER: 'false' } });
    // What an attempt leaves that was killed before its commit: a draft, and files that no row names.
    await objects().write('files/999/stray', Buffer.from('stray'), 'application/pdf');
    writeFileSync(draftPath(), JSON.stringify({ filesPrefix: 'files/999/', accounts: [] }));
    accounts = await createDemoData(app.app, app.dataDir);
    reviewer = await signedIn(first('office-employee'));
    const people: { id: string }[] = (await roster()).items;
    const lists = await Promise.all(
      people.map(({ id }) => reviewer.get(`/api/v1/crew/users/${id}/certificates?limit=200`)),
    );
    certificates = lists.flatMap(({ body }) => body);
  });
  afterAll(() => app.close());

  it('has every role and about 40 crew members, and everybody of them can sign in', async () => {
    const roles = accounts.map(({ role }) => role);
    expect(new Set(roles)).toEqual(new Set(['admin', 'office-admin', 'office-employee', 'crew-member']));
    expect(roles.filter((role) => role === 'office-employee')).toHaveLength(2);
    expect(roles.filter((role) => role === 'crew-member').length).toBeGreaterThanOrEqual(38);
    for (const role of new Set(roles)) {
      const { id, uuid } = first(role);
      const me = (await (await signedIn(first(role))).get('/api/v1/shared/users/me/session')).body;
      expect(JSON.stringify(me)).toContain(uuid);
      expect(Number.isInteger(id)).toBe(true);
    }
  });

  it('shows people in every state of their papers on the roster', async () => {
    const { items } = await roster();
    expect(new Set(items.map((item: { verificationState: string }) => item.verificationState))).toEqual(
      new Set(['approved', 'in_review', 'action_needed', 'incomplete']),
    );
    expect(new Set(items.map((item: { state: string }) => item.state))).toEqual(new Set(['active', 'deactivated']));
  });

  it('has about 300 certificates in every review state and status', () => {
    expect(certificates.length).toBeGreaterThan(280);
    expect(certificates.length).toBeLessThan(340);
    expect(new Set(certificates.map(({ status }) => status))).toEqual(new Set(['valid', 'expiring_soon', 'expired']));
    expect(new Set(certificates.map(({ verification }) => verification.status))).toEqual(
      new Set(['pending', 'verified', 'rejected']),
    );
    expect(certificates.some(({ expiryDate }) => expiryDate === null)).toBe(true);
    expect(
      certificates.some(({ status, verification }) => status === 'expired' && verification.status === 'verified'),
    ).toBe(true);
    expect(
      certificates.every(
        ({ verification: { status, rejectionReason } }) => (status === 'rejected') === (rejectionReason !== null),
      ),
    ).toBe(true);
  });

  it('has about 60 diplomas with about 12 titles; those whose file never came are not submitted', async () => {
    const lists = await Promise.all(
      accounts.map(({ id }) => reviewer.get(`/users-organizations/v1/rs/users/${id}/diplomas?extend=verification`)),
    );
    const diplomas = lists.flatMap(({ body }) => body.data);
    expect(diplomas.length).toBeGreaterThan(50);
    expect(new Set(diplomas.map(({ verification }) => verification.status))).toEqual(
      new Set(['not_submitted', 'pending', 'verified', 'rejected']),
    );
    expect((await reviewer.get('/users-organizations/v1/rs/titles')).body.data).toHaveLength(12);
  });

  it('keeps what was sent in before: resubmitted certificates have two submissions', async () => {
    const answers = await Promise.all(
      certificates.map(({ id }) => reviewer.get(`/api/v1/crew/certificates/${id}/submissions`)),
    );
    const histories = answers.map(({ body }) => (Array.isArray(body) ? body : body.items));
    expect(histories.every((history) => history.length >= 1)).toBe(true);
    expect(histories.filter((history) => history.length === 2).length).toBeGreaterThan(10);
  });

  it('serves every file as the record describes it', async () => {
    const withFile = certificates.filter(({ uploadId }) => uploadId !== null);
    const step = Math.floor(withFile.length / 20);
    const sample = withFile.filter((_, index) => index % step === 0).slice(0, 20);
    expect(sample).toHaveLength(20);
    for (const { id, uploadId } of sample) {
      const upload = (await reviewer.get(`/api/v1/shared/uploads/${uploadId}`)).body;
      expect(upload.status).toBe('ready');
      const { url } = (await reviewer.get(`/api/v1/crew/certificates/${id}/download`)).body;
      const bytes = Buffer.from(await (await fetch(url)).arrayBuffer());
      expect(bytes.length).toBe(upload.sizeBytes);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(upload.sha256);
    }
  });

  it('has every file looked into by the checks, behind whatever somebody waits for', async () => {
    const [{ left, first } = { left: 0, first: '' }] = await app.database.query<{ left: number; first: string }[]>(
      `select count(*)::int as left, min(u.id::text) as first from uploads u
       join graphile_worker._private_jobs j on (j.payload ->> 'uploadId')::uuid = u.id and j.priority > 0
       where u.status = 'ready' and u.derivatives_prefix is null`,
    );
    const [{ files } = { files: -1 }] = await app.database.query<{ files: number }[]>(
      `select count(*)::int as files from uploads where status = 'ready'`,
    );
    expect(left).toBe(files);
    await app.app.get(Jobs).byName.get('uploads.check')?.({ uploadId: first });
    const { body } = await reviewer.get(`/api/v1/shared/uploads/${first}`);
    expect(body).toMatchObject({ status: 'ready', pageCount: expect.any(Number) });
    expect((await fetch(body.derivatives.thumb as string)).status).toBe(200);
  });

  it('is in a state like one that the product made: a decision on each reviewed submission, never by the owner', async () => {
    const query = async (sql: string) => (await app.database.query<{ n: number }[]>(sql))[0]?.n;
    const wrong = {
      submissionsWithoutHash: `select count(*)::int as n from submissions s left join uploads u on u.id = s.upload_id
        where s.file_sha256 is distinct from u.sha256`,
      decisionsByOwnerOrSender: `select count(*)::int as n from decisions d join submissions s on s.id = d.submission_id
        join verifications v on v.id = s.verification_id
        where d.decided_by_user_uuid in (v.user_uuid, s.submitted_by_user_uuid)`,
      statesThatDisagree: `select count(*)::int as n from verifications v
        left join submissions s on s.verification_id = v.id and s.number = v.submission_number
        left join decisions d on d.submission_id = s.id
        where v.status <> coalesce(d.outcome, case when s.id is null then 'not_submitted' else 'pending' end)`,
      usageThatDisagrees: `select count(*)::int as n from upload_usage where reserved_bytes <>
        (select sum(size_bytes) from uploads where status = 'ready')`,
      timesThatDisagree: `select count(*)::int as n from decisions d join submissions s on s.id = d.submission_id
        where d.decided_at <= s.submitted_at or d.decided_at > now()`,
      beforeTheyCame: `select count(*)::int as n from submissions s join users u on u.uuid = s.submitted_by_user_uuid
        where s.submitted_at < u.created_at`,
      inNoSession: `select count(*)::int as n from audit_records where actor_kind = 'person' and session_id is null`,
      inTheFuture: `select count(*)::int as n from audit_records where at > now()`,
    };
    const found: Record<string, number | undefined> = {};
    for (const [name, sql] of Object.entries(wrong)) found[name] = await query(sql);
    expect(found).toEqual(Object.fromEntries(Object.keys(wrong).map((name) => [name, 0])));
  });

  it('saves the accounts for their owner only', () => {
    expect(statSync(accountsPath()).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(accountsPath(), 'utf8'))).toEqual(accounts);
  });

  it('starts over after an attempt that was killed, and leaves nothing of it', async () => {
    const [{ ready } = { ready: 0 }] = await app.database.query<{ ready: number }[]>(
      `select count(*)::int as ready from uploads where status = 'ready'`,
    );
    expect(await objects().list('files/')).toHaveLength(ready);
    expect(existsSync(draftPath())).toBe(false);
  });

  it('completes an attempt that was killed after its commit', async () => {
    writeFileSync(draftPath(), JSON.stringify({ filesPrefix: 'files/1/', accounts }));
    rmSync(accountsPath());
    expect(await createDemoData(app.app, app.dataDir)).toEqual(accounts);
    expect(JSON.parse(readFileSync(accountsPath(), 'utf8'))).toEqual(accounts);
    expect(existsSync(draftPath())).toBe(false);
  });

  it('a second start changes nothing', async () => {
    const count = async () =>
      app.database
        .query(`select (select count(*) from organizations) as organizations, (select count(*) from users) as users,
        (select count(*) from uploads) as uploads, (select count(*) from audit_records) as audit`);
    const before = await count();
    expect(await createDemoData(app.app, app.dataDir)).toEqual(accounts);
    expect(await count()).toEqual(before);
  });
});
