import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestApp } from '../support/test-app';

/** Reads what comes until the other side closes. */
async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('while the product stops', () => {
  it('a request in hand is answered, and one that comes after is told to come back', async () => {
    const app = await TestApp.start();
    const port = Number(new URL(app.url).port);
    const [inHand, late] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    const answers = Promise.all([readAll(inHand), readAll(late)]);
    inHand.write('POST /auth/v1/rs/login/credentials HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    inHand.write('Content-Length: 2\r\n\r\n{');
    // Its headers are not complete when the stop begins, so the connection is neither idle nor a request yet.
    late.write('GET /health/live HTTP/1.1\r\n');
    await sleep(200);
    const closed = app.close();
    await sleep(200);
    late.write('Host: x\r\n\r\n');
    await sleep(200);
    inHand.write('}');
    const [first, second] = await answers;
    await closed;
    expect(first).toContain('HTTP/1.1 400');
    expect(second).toContain('HTTP/1.1 503');
    expect(second).toContain('application/problem+json');
    expect(second).toContain('"code":"shutting_down"');
  });
});
