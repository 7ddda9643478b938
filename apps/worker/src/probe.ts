import { createServer, type ServerResponse } from 'node:http';
import { type HealthChecks, statusCodeOf } from '../../api/src/health-checks';

/** Answers the two questions of process managers; returns what stops it. @throws Error of the socket */
export async function startProbe(health: HealthChecks, host: string, port: number): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path === '/health/live') send(response, 200, { status: 'ok' });
    else if (path === '/health/ready') void health.ready().then((told) => send(response, statusCodeOf(told), told));
    else send(response, 404, { status: 404 });
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  return () =>
    new Promise((closed) => {
      server.close(() => closed());
      server.closeAllConnections();
    });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
