import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { SMTPServer } from 'smtp-server';
import { FileMailer, type Mail, SmtpMailer } from './mailer';

// It says where it put a mail.
Logger.overrideLogger(false);

const FROM = 'Credence <no-reply@example.org>';
const ATTACK: Mail = {
  to: 'kari@example.org\r\nRCPT TO:<eve@example.org>\r\nBcc: eve@example.org',
  subject: 'Hello Kari\r\nBcc: eve@example.org\r\n\r\nA text of somebody else',
  text: 'Hello Kari\r\n.\r\nMAIL FROM:<eve@example.org>\r\nRCPT TO:<eve@example.org>\r\nDATA\r\nsecond mail\r\n.\r\n',
};
const HEADERS = [
  'Auto-Submitted',
  'Content-Transfer-Encoding',
  'Content-Type',
  'Date',
  'From',
  'MIME-Version',
  'Message-ID',
  'Subject',
  'To',
];

const headersOf = (message: string) =>
  (message.split('\r\n\r\n')[0] ?? '')
    .split('\r\n')
    .filter((line) => /^\S/.test(line))
    .map((line) => line.split(':')[0])
    .sort();

describe('a mail', () => {
  it('a name or address with line breaks adds no header, no recipient and no command', async () => {
    const mails: { to: string[]; message: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onData: (stream, session, done) => {
        let message = '';
        stream.on('data', (chunk: Buffer) => (message += chunk.toString()));
        stream.on('end', () => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), message });
          done();
        });
      },
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.server.address() as AddressInfo;
    // Refused as a whole, or sent to the one it is for.
    await new SmtpMailer(`smtp://127.0.0.1:${port}`, FROM).send(ATTACK).catch(() => undefined);
    await new SmtpMailer(`smtp://127.0.0.1:${port}`, FROM).send({ ...ATTACK, to: 'kari@example.org' });
    await new Promise<void>((closed) => server.close(closed));

    expect(mails.flatMap(({ to }) => to)).not.toContain('eve@example.org');
    const last = mails.at(-1);
    expect(last?.to).toEqual(['kari@example.org']);
    expect(headersOf(last?.message ?? '')).toEqual(HEADERS);
    expect(mails.filter(({ message }) => message.includes('second mail'))).toHaveLength(mails.length);
  });

  it('in a file has no other headers either', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'credence-mail-'));
    await new FileMailer(directory, FROM).send(ATTACK);
    const [file = ''] = readdirSync(join(directory, 'mail'));
    const message = readFileSync(join(directory, 'mail', file), 'utf8');
    rmSync(directory, { recursive: true });
    expect(headersOf(message)).toEqual(HEADERS);
  });
});
