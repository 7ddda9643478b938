import pino from 'pino';
import { Config } from '#libs/config';
import { freePort } from '#libs/database';
import { gracefulClose } from '../../apps/api/src/close-app';
import { createApp } from '../../apps/api/src/create-app';
import { HttpClient } from './http';
import type { TestApp } from './test-app';

export interface Beside {
  anonymous: HttpClient;
  url: string;
  close: () => Promise<void>;
}

/** The same product once more, on the same database: as in production with several processes, nothing else is shared. */
export async function startBeside(first: TestApp): Promise<Beside> {
  const config: Config = { ...first.app.get(Config), runWorker: false };
  const app = await createApp(config, pino({ level: 'silent' }));
  const port = await freePort();
  await app.listen(port, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  return { anonymous: new HttpClient(url), url, close: gracefulClose(app) };
}
