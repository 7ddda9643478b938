import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { readable } from './mails';
import { selfSigned } from './self-signed';

const WAIT_MS = 60_000;
const LOOK_AGAIN_MS = 50;

export interface ReceivedMail {
  to: string[];
  from: string;
  user: string;
  isEncrypted: boolean;
  headers: Map<string, string>;
  text: string;
}

/** A real SMTP server that wants a user and password over TLS, with a certificate of its own making. */
export class MailServer {
  readonly received: ReceivedMail[] = [];
  readonly certificate = selfSigned();
  readonly user = 'credence';
  readonly password = 'only-for-tests';
  private server: SMTPServer | null = null;

  /** `secure`: TLS from the first byte, else by STARTTLS. */
  constructor(
    readonly port: number,
    private readonly secure: boolean,
  ) {}

  /** As SMTP_URL; whoever does not know the certificate should not trust it. */
  url(trusted: boolean): string {
    const url = new URL(`${this.secure ? 'smtps' : 'smtp'}://${this.user}:${this.password}@127.0.0.1:${this.port}`);
    if (!this.secure) url.searchParams.set('requireTLS', 'true');
    if (trusted) url.searchParams.set('tls.ca', this.certificate.cert);
    return url.href;
  }

  async start(): Promise<void> {
    const { user, password, certificate, secure } = this;
    const options: SMTPServerOptions = {
      ...certificate,
      secure,
      onAuth: (auth, _session, done) =>
        auth.username === user && auth.password === password
          ? done(null, { user })
          : done(new Error('Wrong user or password')),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          this.received.push({
            to: rcptTo.map(({ address }) => address),
            from: mailFrom ? mailFrom.address : '',
            user: String(session.user),
            isEncrypted: session.secure,
            ...parse(Buffer.concat(chunks)),
          });
          done();
        });
      },
    };
    this.server = new SMTPServer(options);
    // A client that does not like the certificate hangs up in the middle.
    this.server.on('error', () => undefined);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server.server, 'listening');
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (server) await new Promise<void>((closed) => server.close(() => closed()));
  }

  async mailTo(email: string): Promise<ReceivedMail> {
    for (let waited = 0; waited < WAIT_MS; waited += LOOK_AGAIN_MS) {
      const mail = this.received.find(({ to }) => to.includes(email));
      if (mail) return mail;
      await sleep(LOOK_AGAIN_MS);
    }
    throw new Error(`No mail to ${email}`);
  }
}

function parse(bytes: Buffer): { headers: Map<string, string>; text: string } {
  const [head = '', ...rest] = bytes.toString('latin1').split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  return { headers, text: readable(rest.join('\r\n\r\n')) };
}
