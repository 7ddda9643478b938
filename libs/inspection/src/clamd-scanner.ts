import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClamdSettings } from '#libs/config';
import { MalwareScanner } from './malware-scanner';

/** How long to wait for clamd, in milliseconds. */
export interface ClamdLimits {
  connect: number;
  /** Without a byte in either direction. By itself clamd ends a scan after MaxScanTime, two minutes by default. */
  silence: number;
  /** For the whole of a scan. */
  total: number;
}

const LIMITS: ClamdLimits = { connect: 5_000, silence: 150_000, total: 600_000 };
/** Every answer is a line; whoever says more is not clamd. */
const MAX_ANSWER_LENGTH = 4_000;
const MAX_NAME_LENGTH = 200;
/** Ends a command, and the answer to one that begins with `z`. */
const END = '\0';

/**
 * ClamAV's daemon, asked over its socket (clamd(8), INSTREAM): the content goes there chunk by chunk, as fast as clamd takes it, and is
 * kept nowhere here. Whatever is not a plain "OK" or "FOUND" is an error: a file that could not be scanned is never clean.
 */
export class ClamdScanner extends MalwareScanner {
  constructor(
    private readonly address: ClamdSettings,
    private readonly limits: ClamdLimits = LIMITS,
  ) {
    super();
  }

  async scan(content: Readable): Promise<string | null> {
    try {
      return readVerdict(await this.ask(instream(content)));
    } finally {
      content.destroy();
    }
  }

  override async requireReady(): Promise<void> {
    const answer = await this.ask([Buffer.from(`zPING${END}`)]);
    if (answer !== 'PONG') throw new Error('What answers at CLAMD_HOST is not clamd');
  }

  private async ask(command: Iterable<Buffer> | AsyncIterable<Buffer>): Promise<string> {
    const socket = connect(this.address);
    const { connect: connecting, silence, total } = this.limits;
    const give = (reason: string) => () => socket.destroy(new Error(reason));
    socket.setTimeout(connecting, give('clamd did not answer in time'));
    socket.once('connect', () => socket.setTimeout(silence));
    const timer = setTimeout(give('clamd took too long'), total);
    try {
      const answer = readAnswer(socket);
      // Stays open: clamd reads until it is told the end, and answers on the same connection.
      const sent = pipeline(Readable.from(command, { objectMode: false }), socket, { end: false });
      // An answer counts although clamd has hung up on the rest; without one, the failure does.
      return await Promise.race([answer, sent.then(() => answer)]);
    } finally {
      clearTimeout(timer);
      socket.destroy();
    }
  }
}

/** The command, then chunks with their length in front, then an empty one. */
async function* instream(content: Readable): AsyncGenerator<Buffer> {
  yield Buffer.from(`zINSTREAM${END}`);
  for await (const chunk of content as AsyncIterable<Buffer>) {
    // Would be the end.
    if (chunk.length === 0) continue;
    yield lengthOf(chunk);
    yield chunk;
  }
  yield lengthOf(Buffer.alloc(0));
}

function lengthOf(chunk: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      text += part;
      const end = text.indexOf(END);
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > MAX_ANSWER_LENGTH) reject(new Error('What answers at CLAMD_HOST is not clamd'));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('clamd hung up without an answer')));
  });
}

function readVerdict(answer: string): string | null {
  if (answer === 'stream: OK') return null;
  const [, name] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
  if (name !== undefined) return name.slice(0, MAX_NAME_LENGTH);
  throw new Error(`clamd did not scan the file: ${answer.slice(0, MAX_NAME_LENGTH)}`);
}
