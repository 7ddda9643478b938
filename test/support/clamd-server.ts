import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** How the daemon behaves; by default as clamd does. */
export type ClamdMood = 'well' | 'silent' | 'hangs up' | 'failing' | 'another service';

export interface ClamdServer {
  /** What the product needs to use it. */
  environment: Record<string, string>;
  address: { host: string; port: number };
  mood: ClamdMood;
  /** What was streamed to it, scan by scan. */
  readonly received: Buffer[];
  stop: () => Promise<void>;
}

const SIZE_LIMIT = 1_000_000;

/** Every scanner knows this harmless file (eicar.org). Put together here, so that none finds it in our sources. */
export function eicar(): Buffer<ArrayBuffer> {
  const parts = ['X5O!P%@AP[4', '\\PZX54(P^)7CC)7}', '$EICAR-STANDARD', '-ANTIVIRUS-TEST', '-FILE!$H+H*'];
  return Buffer.from(parts.join(''));
}

/** A small clamd on a free port of 127.0.0.1: PING and INSTREAM, one signature, and moods that a real one cannot be put into at will. */
export async function startClamdServer(): Promise<ClamdServer> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    void converse(socket, clamd).catch(() => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const clamd: ClamdServer = {
    environment: { CLAMD_HOST: '127.0.0.1', CLAMD_PORT: String(port) },
    address: { host: '127.0.0.1', port },
    mood: 'well',
    received,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  return clamd;
}

async function converse(socket: Socket, clamd: ClamdServer): Promise<void> {
  const bytes = new Bytes(socket);
  const answer = (text: string) => socket.end(`${text}\0`);
  const command = await bytes.until(0);
  if (clamd.mood === 'silent') return;
  if (clamd.mood === 'another service') {
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    return;
  }
  if (command === 'zPING') return void answer('PONG');
  if (command !== 'zINSTREAM') return void answer('UNKNOWN COMMAND');
  if (clamd.mood === 'hangs up') return void socket.resetAndDestroy();
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const length = (await bytes.take(4)).readUInt32BE();
    if (length === 0) break;
    size += length;
    if (size > SIZE_LIMIT) return void answer('INSTREAM size limit exceeded. ERROR');
    chunks.push(await bytes.take(length));
  }
  const content = Buffer.concat(chunks);
  clamd.received.push(content);
  if (clamd.mood === 'failing') return void answer('stream: Cannot allocate memory ERROR');
  answer(content.includes(eicar()) ? 'stream: Eicar-Signature FOUND' : 'stream: OK');
}

/** Reads so many bytes of a socket, or up to one of them. */
class Bytes {
  private readonly chunks: AsyncIterator<Buffer>;
  private rest = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.chunks = (socket as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    while (this.rest.length < length) await this.more();
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }

  async until(byte: number): Promise<string> {
    while (!this.rest.includes(byte)) await this.more();
    const text = await this.take(this.rest.indexOf(byte) + 1);
    return text.toString('latin1', 0, text.length - 1);
  }

  private async more(): Promise<void> {
    const next = await this.chunks.next();
    if (next.done) throw new Error('The client is gone');
    this.rest = Buffer.concat([this.rest, next.value]);
  }
}
