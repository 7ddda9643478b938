import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** `refusing`: nothing listens, and what was open is broken off. `hanging`: connections are taken, and nothing ever comes back. */
export type ProxyState = 'open' | 'refusing' | 'hanging';

/** A port of 127.0.0.1 in front of another one, which can be switched off. */
export class TcpProxy {
  private state: ProxyState = 'open';
  private server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {
    this.server = this.makeServer();
  }

  static async start(port: number, target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(port, target);
    await proxy.listen();
    return proxy;
  }

  async become(state: ProxyState): Promise<void> {
    if (this.state === 'refusing' && state !== 'refusing') {
      this.server = this.makeServer();
      await this.listen();
    }
    this.state = state;
    if (state === 'refusing') await this.stop();
    // What is under way hangs too: neither side hears of the other again.
    if (state === 'hanging') for (const socket of this.sockets) socket.unpipe();
    // Half-open connections from before do not come alive again.
    if (state === 'open') for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private makeServer(): Server {
    return createServer((client) => {
      this.keep(client);
      if (this.state === 'hanging') return;
      const service = this.keep(createConnection(this.target, '127.0.0.1'));
      client.pipe(service).pipe(client);
      client.on('close', () => service.destroy());
      service.on('close', () => client.destroy());
    });
  }

  private async listen(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  }
}
