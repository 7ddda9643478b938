import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { newId } from '#libs/common';

export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/**
 * Hands mails over. Lives here and not in libs/common, because only accounts write to people so far, and common knows neither
 * configuration nor network. Called by jobs only: they repeat what fails, and no request waits for a mail server.
 */
export abstract class Mailer {
  /** @throws Error without the address or the text, for a log */
  abstract send(mail: Mail): Promise<void>;
}

/** Mail servers hang rather than answer. */
const TIMEOUT_MS = 20_000;

/** Over the SMTP server of SMTP_URL. */
export class SmtpMailer extends Mailer {
  private readonly transport;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    this.transport = createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
    });
  }

  async send(mail: Mail): Promise<void> {
    try {
      await this.transport.sendMail(message(mail, this.from));
    } catch (error) {
      // The server's own words repeat the address.
      const { code = 'unknown', responseCode = 'none' } = error as { code?: string; responseCode?: number };
      throw new Error(`The mail server did not take a mail (${code}, answer ${responseCode})`);
    }
  }
}

/** Without SMTP settings: one file per mail, for whoever runs the installation to look at or hand on. */
export class FileMailer extends Mailer {
  private readonly logger = new Logger('Mail');
  private readonly transport = createTransport({ streamTransport: true, buffer: true });
  private readonly directory: string;

  constructor(
    dataDir: string,
    private readonly from: string,
  ) {
    super();
    this.directory = resolve(dataDir, 'mail');
  }

  async send(mail: Mail): Promise<void> {
    const { message: bytes } = await this.transport.sendMail(message(mail, this.from));
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const file = join(this.directory, `${newId()}.eml`);
    await writeFile(file, bytes as Buffer, { mode: 0o600 });
    this.logger.log({ message: 'No SMTP_URL is set: a mail was written to a file', file });
  }
}

function message({ to, subject, text }: Mail, from: string): SendMailOptions {
  // RFC 3834: no answers from machines, please.
  return { from, to: { name: '', address: to }, subject, text, headers: { 'Auto-Submitted': 'auto-generated' } };
}
