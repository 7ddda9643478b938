import { createServer } from 'node:net';
import { StartRefused } from './start-refused';

const EVERY_INTERFACE = ['0.0.0.0', '::', '[::]'];

/** Where a person on this machine finds what listens on host and port. */
export function localUrl(host: string, port: number): string {
  const name = EVERY_INTERFACE.includes(host)
    ? 'localhost'
    : host.includes(':')
      ? `[${host.replace(/[[\]]/g, '')}]`
      : host;
  return `http://${name}:${port}`;
}

/** Says early, before minutes of first-start work, that the address cannot be had. @throws StartRefused */
export async function requireFree(host: string, port: number, setting = 'PORT'): Promise<void> {
  await new Promise<void>((free, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(port, host, () => server.close(() => free()));
  }).catch((error: unknown) => {
    throw listenProblem(error, host, port, setting);
  });
}

/** Turns the error of a failed listen into a sentence. */
export function listenProblem(error: unknown, host: string, port: number, setting = 'PORT'): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new StartRefused(
        `Something else already listens on ${host}, port ${port}. Stop it or set another ${setting}.`,
      );
    case 'EACCES':
      return new StartRefused(`Port ${port} is not for ordinary users. Set another ${setting}, 1024 or above.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartRefused(`HOST is not an address of this machine: ${host}.`);
    default:
      return error;
  }
}
