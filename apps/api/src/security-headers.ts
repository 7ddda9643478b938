import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import helmet, { type HelmetOptions } from 'helmet';
import type { Config } from '#libs/config';

/** Where the Swagger UI is served: the only pages; everything else is data. */
export const DOCS_PATH = 'docs';

const DOCS_PAGE = new RegExp(`^/${DOCS_PATH}(?:[/?]|$)`);

const YEAR_SECONDS = 31_536_000;

/** An answer of the API is never a page: nothing in it may load, run, be framed or be sent anywhere. */
const DATA_POLICY = {
  'default-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/**
 * For refusals that are written past the framework, where each header counts: that nothing is kept or taken for something else. What the
 * others forbid to pages says nothing about a few words of JSON.
 */
export function refusalHeaders({ publicUrl }: Config): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${YEAR_SECONDS}` } : {}),
  };
}

/** A browser answers a preflight from memory this long. */
const PREFLIGHT_SECONDS = 600;
/** What a page of another origin may read besides the body. */
const EXPOSED_HEADERS = [
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'x-request-id',
];
const ACCEPTED_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'if-range',
  'range',
  'x-request-id',
  'x-session-token',
];

/** What a browser is told about every answer. Register before any route: hooks reach later routes only. */
export function sendSecurityHeaders(app: NestFastifyApplication, config: Config): void {
  const fastify = app.getHttpAdapter().getInstance();
  const headers = {
    ...headersOf({
      contentSecurityPolicy: { useDefaults: false, directives: DATA_POLICY },
      // Said over http it would be ignored at best; at worst it locks a browser out of a neighbour on the same host.
      strictTransportSecurity: config.publicUrl.startsWith('https:') && {
        maxAge: YEAR_SECONDS,
        includeSubDomains: false,
      },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
    }),
    // Answers are about people: no shared or local cache keeps one unless its handler says so.
    'cache-control': 'no-store',
  };
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  allowDocsPages(fastify, config);
  allowOrigins(app, config.environment.CORS_ORIGINS);
}

/** What Helmet sets, worked out once: nothing in it depends on the request, and working it out for each one showed in profiles. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => (headers[name.toLowerCase()] = value),
    removeHeader: () => undefined,
  };
  helmet(options)({} as IncomingMessage, response as unknown as ServerResponse, () => undefined);
  return headers;
}

/** Only the listed origins, and never with cookies: the product has none. */
function allowOrigins(app: NestFastifyApplication, origins: string[]): void {
  if (origins.length === 0) return;
  app.enableCors({
    origin: origins,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ACCEPTED_HEADERS,
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
}

/** The Swagger UI gets what it needs and no more: its own files, and the styles written into its page by their hashes. */
function allowDocsPages(fastify: FastifyInstance, { oidc }: Config): void {
  // Where the page's sign-in looks for the provider and exchanges its code.
  const connect = ["'self'", ...(oidc ? [new URL(oidc.issuer).origin] : [])].join(' ');
  const policies = new Map<string, string>();
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (!DOCS_PAGE.test(request.url)) return done(null, payload);
    const html = typeof payload === 'string' && /html/.test(String(reply.getHeader('content-type'))) ? payload : '';
    const policy = policies.get(html) ?? docsPolicy(html, connect);
    policies.set(html, policy);
    void reply.header('content-security-policy', policy);
    // The sign-in of an identity provider comes back in a window that this page opened.
    void reply.header('cross-origin-opener-policy', 'unsafe-none');
    done(null, payload);
  });
}

function docsPolicy(html: string, connect: string): string {
  const blocks = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style = '']) => hashSource(style));
  const attributes = [...html.matchAll(/\sstyle="([^"]*)"/g)].map(([, style = '']) => hashSource(style));
  const hashed = attributes.length > 0 ? ["'unsafe-hashes'", ...attributes] : [];
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${["'self'", ...blocks, ...hashed].join(' ')}`,
    "img-src 'self' data:",
    `connect-src ${connect}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** CSP level 3: the text of an inline style, by its hash. */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
