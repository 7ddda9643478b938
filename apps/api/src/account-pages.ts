import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ACCOUNT_PAGES } from '#libs/accounts';

/** Its own script, style and icon, and requests to this API; nothing is written into the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const FILES = {
  'account/password.js': 'text/javascript; charset=utf-8',
  'account/password.css': 'text/css; charset=utf-8',
  'account/icon.svg': 'image/svg+xml',
};

/** Where the links of the mails lead: one page under two addresses, to choose a password. A console that has them takes this one's place. */
export function serveAccountPages(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const serve = (address: string, file: string, type: string) => {
    const content = readFileSync(join(pagesFolder(), file));
    fastify.get(`/${address}`, (_request, reply) =>
      reply.header('content-security-policy', POLICY).type(type).send(content),
    );
  };
  for (const page of ACCOUNT_PAGES) serve(page, 'password.html', 'text/html; charset=utf-8');
  for (const [address, type] of Object.entries(FILES)) serve(address, address.replace('account/', ''), type);
}

/** `apps/api/pages`, beside the sources: the compiler copies no files. */
function pagesFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'apps', 'api', 'pages');
}
