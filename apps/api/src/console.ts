import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { routeNotFound, sendProblem } from '#libs/common';
import type { Config, S3Settings } from '#libs/config';

export const CONSOLE_PATH = 'console';

const YEAR_MS = 31_536_000_000;

/**
 * Where PDFs are read, away from the page: scans are compressed in ways that are decoded in WebAssembly. It fetches its own files and
 * nothing else.
 */
const PDF_WORKER = /\/assets\/pdf\.worker[^/]*\.mjs$/;
const PDF_WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/**
 * The built console, below /console: files with a hash in their name for ever, the page itself asked for again each time. Any other
 * address there that a browser opens is a screen of it. Where it was not built (a type check, a test of the API) there is none.
 */
export async function serveConsole(app: NestFastifyApplication, config: Config): Promise<void> {
  const root = consoleFolder();
  if (!root) return;
  const policy = consolePolicy(config);
  const settings = JSON.stringify(consoleSettings(config));
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(async (scope) => {
    scope.addHook('onSend', (request, reply, payload, done) => {
      void reply.header('content-security-policy', PDF_WORKER.test(request.url) ? PDF_WORKER_POLICY : policy);
      done(null, payload);
    });
    await scope.register(fastifyStatic, {
      root,
      prefix: `/${CONSOLE_PATH}/`,
      wildcard: false,
      index: false,
      preCompressed: true,
      globIgnore: ['**/*.br', '**/*.gz'],
      cacheControl: false,
      setHeaders: (reply, path) => {
        const isHashed = path.includes(join(root, 'assets'));
        void reply.header('cache-control', isHashed ? `public, max-age=${YEAR_MS / 1000}, immutable` : 'no-cache');
      },
    });
    scope.get(`/${CONSOLE_PATH}`, (_request, reply) => reply.redirect(`/${CONSOLE_PATH}/`, 308));
    scope.get(`/${CONSOLE_PATH}/config.json`, (_request, reply) =>
      reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(settings),
    );
    scope.get(`/${CONSOLE_PATH}/*`, (request, reply) => sendScreen(request, reply));
  });
}

/** A screen has no file of its own; anything else that is asked for and not there is missing. */
function sendScreen(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isNavigation = request.headers.accept?.includes('text/html') ?? false;
  if (!isNavigation) return sendProblem(request, reply, routeNotFound());
  return reply.sendFile('index.html');
}

/** What the console cannot know and everybody may: how people sign in here. */
function consoleSettings({ oidc }: Config): object {
  return { oidc: oidc?.clientId ? { issuer: oidc.issuer, clientId: oidc.clientId, audience: oidc.audience } : null };
}

/** Its own files, this API, the storage and the identity provider; nothing written into the page. */
function consolePolicy({ s3, oidc }: Config): string {
  const storage = s3 ? ` ${storageOrigin(s3)}` : '';
  const provider = oidc?.clientId ? ` ${new URL(oidc.issuer).origin}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data:${storage}`,
    `connect-src 'self'${storage}${provider}`,
    "font-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    `form-action 'self'${storage}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

/** As the SDK addresses the bucket in the links that it signs. */
function storageOrigin({ bucket, region, endpoint, forcePathStyle }: S3Settings): string {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  return forcePathStyle ? url.origin : `${url.protocol}//${bucket}.${url.host}`;
}

/** `dist/console`, beside the compiled code or, where the sources themselves run, below the project. */
function consoleFolder(): string | null {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  const built = join(folder, 'dist', CONSOLE_PATH);
  return existsSync(join(built, 'index.html')) ? built : null;
}
