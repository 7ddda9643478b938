import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#libs/database';
import { emptyQueue } from '../support/empty-queue';
import type { HttpClient } from '../support/http';
import { MailServer } from '../support/mail-server';
import { tokenIn } from '../support/mails';
import { TestApp } from '../support/test-app';

const INVITATIONS = '/api/v1/shared/invitations';
const ACCEPT = '/auth/v1/rs/invitations/accept';
const PASSWORD = 'another sentence nobody guesses';
const FROM = 'Registry of the North <registry@example.org>';

let app: TestApp;
let admin: HttpClient;
let server: MailServer;

beforeAll(async () => {
  server = new MailServer(await freePort(), false);
  await server.start();
  app = await TestApp.start({ environment: { SMTP_URL: server.url(true), MAIL_FROM: FROM } });
  admin = await signedIn(app);
});
afterAll(async () => {
  await app.close();
  await server.stop();
});

async function signedIn(product: TestApp): Promise<HttpClient> {
  return product.as(await product.given.person({ organization: await product.given.organization(), role: 'admin' }));
}

const guest = (name: string) => ({
  email: `${name}@example.org`,
  role: 'crew-member',
  firstName: 'Zoé',
  lastName: 'Lemaître',
});

/** What the queue keeps of a mail that was tried and not taken. */
async function failure(product: TestApp): Promise<{ attempts: number; last_error: string; payload: unknown }> {
  for (let waited = 0; waited < 10_000; waited += 50) {
    const [job] = await product.database.query(
      `select attempts, last_error, payload from graphile_worker._private_jobs where last_error is not null`,
    );
    if (job) return job;
    await sleep(50);
  }
  throw new Error('No mail has failed');
}

describe('over SMTP with STARTTLS and a password', () => {
  it('an invitation arrives with its headers, and its link makes the account', async () => {
    await admin.post(INVITATIONS, guest('invited'));
    const { headers, text, ...mail } = await server.mailTo('invited@example.org');
    expect(mail).toEqual({
      to: ['invited@example.org'],
      from: 'registry@example.org',
      user: 'credence',
      isEncrypted: true,
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      from: FROM,
      to: 'invited@example.org',
      subject: 'Your invitation: Northern Crewing',
      date: expect.stringMatching(/^\w{3}, \d{2} \w{3} \d{4}/),
      'message-id': expect.stringMatching(/^<.+@example.org>$/),
      'auto-submitted': 'auto-generated',
      'content-type': 'text/plain; charset=utf-8',
    });
    expect(text).toContain('Hello Zoé,');
    expect(text).toContain(`\r\n${app.url}/accept-invitation?lang=en#token=`);
    expect((await app.anonymous.post(ACCEPT, { token: tokenIn(text), password: PASSWORD })).status).toBe(204);
  });

  it('a link for a new password arrives and works', async () => {
    const person = await app.given.person({ organization: await app.given.organization(), role: 'crew-member' });
    await app.anonymous.post('/auth/v1/rs/password/forgot', { email: person.email });
    const { headers, text } = await server.mailTo(person.email);
    expect(headers.get('subject')).toBe('A new password');
    expect(text).toContain(`${app.url}/reset-password?lang=en#token=`);
    const reset = { token: tokenIn(text), newPassword: PASSWORD };
    expect((await app.anonymous.post('/auth/v1/rs/password/reset', reset)).status).toBe(204);
  });

  it('a mail waits for a server that is away, and then comes once', async () => {
    await server.stop();
    const invited = await admin.post(INVITATIONS, guest('patient'));
    expect(invited.status).toBe(201);
    const { last_error: error, payload } = await failure(app);
    expect(error).toContain('The mail server did not take a mail');
    expect(error + JSON.stringify(payload)).not.toContain('patient');
    await server.start();
    const { text } = await server.mailTo('patient@example.org');
    await emptyQueue(app);
    expect(server.received.filter(({ to }) => to.includes('patient@example.org'))).toHaveLength(1);
    expect((await app.anonymous.post(ACCEPT, { token: tokenIn(text), password: PASSWORD })).status).toBe(204);
  });
});

describe('over SMTPS', () => {
  it('nothing is handed to a server whose certificate nobody vouches for', async () => {
    const stranger = new MailServer(await freePort(), true);
    await stranger.start();
    const other = await TestApp.start({ environment: { SMTP_URL: stranger.url(false), MAIL_FROM: FROM } });
    await (await signedIn(other)).post(INVITATIONS, guest('careful'));
    expect((await failure(other)).last_error).toContain('ESOCKET');
    expect(stranger.received).toEqual([]);
    await other.close();
    await stranger.stop();
  });
});
