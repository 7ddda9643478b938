import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Departure } from './departure';

const LOOK_AGAIN_MS = 50;

/**
 * Returns a function that first, for `drainSeconds`, serves on and says that it is no longer ready, so that a load balancer sends its
 * requests elsewhere; then stops accepting connections, lets the requests and jobs in hand finish, and closes everything. Call it
 * before listening: requests are counted from then on.
 */
export function gracefulClose(app: NestFastifyApplication, drainSeconds = 0): () => Promise<void> {
  const server = app.getHttpServer();
  let requestsInHand = 0;
  server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
    requestsInHand += 1;
    response.once('close', () => (requestsInHand -= 1));
  });
  const departure = app.get(Departure);
  return async () => {
    departure.isAnnounced = true;
    if (drainSeconds > 0) await sleep(drainSeconds * 1000);
    let isClosed = false;
    // Fastify first: Nest alone would take new requests until the last job is done.
    const closed = Promise.all([app.getHttpAdapter().getInstance().close(), app.close()]).finally(
      () => (isClosed = true),
    );
    // Connections kept alive, or opened in advance by a browser, would hold the close for a minute.
    while (!isClosed) {
      if (requestsInHand === 0) server.closeAllConnections();
      await Promise.race([closed, sleep(LOOK_AGAIN_MS)]);
    }
    await closed;
  };
}
