import { parse } from 'node:querystring';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { sendProblem, shuttingDown, toProblem, underMaintenance, unsupportedMediaType } from '#libs/common';
import type { Config } from '#libs/config';
import type { JoiningDataSource } from '#libs/database';
import { Heartbeat } from '#libs/jobs';
import { AcceptedTokens, limitAddresses, RateLimiter } from '#libs/limits';
import { MaintenanceWatch } from '#libs/maintenance';
import { DISK_OBJECTS_PATH } from '#libs/storage';
import { Telemetry } from '#libs/telemetry';
import { serveAccountPages } from './account-pages';
import { AppModule } from './app.module';
import { serveConsole } from './console';
import { Departure } from './departure';
import { logRequests } from './logging';
import { measureRequests } from './measure-requests';
import { NestLogger } from './nest-logger';
import { serveOpenApi } from './openapi';
import { OverloadGuard } from './overload';
import {
  answerClientError,
  BODY_LIMIT_BYTES,
  HEADER_LIMIT_BYTES,
  limitRequests,
  parseJson,
  PATIENCE,
  type Patience,
} from './request-limits';
import { requestIdOf } from './request-id';
import { refusalHeaders, sendSecurityHeaders } from './security-headers';
import { traceRequests } from './trace-requests';

/** Ten minutes of silence in the middle of a request: nobody is there any more. */
const SILENCE_TIMEOUT_MS = 600_000;
/** An upload may end this much after its link (see the disk driver), and then some. */
const UPLOAD_GRACE_MS = 120_000;

/** RFC 9110, 9.2.1. */
const READING_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** Builds the application exactly as it runs in production; the tests start the same one. */
export async function createApp(
  config: Config,
  logger: Logger,
  patience: Patience = PATIENCE,
): Promise<NestFastifyApplication> {
  const overload = new OverloadGuard(config.environment, logger, refusalHeaders(config));
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    // Only what these say of a client's address is believed.
    trustProxy: config.environment.TRUST_PROXY ?? false,
    http: {
      maxHeaderSize: HEADER_LIMIT_BYTES,
      headersTimeout: patience.headMs,
      connectionsCheckingInterval: patience.lookEveryMs,
    },
    // The longest that a request may take to arrive: a file, as long as its link is good. Other bodies have far less.
    requestTimeout: config.environment.UPLOAD_URL_MINUTES * 60_000 + UPLOAD_GRACE_MS,
    connectionTimeout: SILENCE_TIMEOUT_MS,
    clientErrorHandler: answerClientError,
    genReqId: requestIdOf,
    serverFactory: overload.createServer,
    // Fastify's own answer while closing is no problem+json; refuseWhileClosing gives ours.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Repeated names become an array; no nesting syntax, so a query cannot build objects.
    routerOptions: { querystringParser: (text) => parse(text, '&', '=', { maxKeys: 0 }), maxParamLength: 200 },
    // What the router refuses before any hook runs: a malformed or endless path.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      void sendProblem(request, reply, toProblem(error));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  app.get(Heartbeat).beatAs('api');
  const fastify = app.getHttpAdapter().getInstance();
  sendSecurityHeaders(app, config);
  limitRequests(fastify, patience);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  overload.know(app.get(AcceptedTokens));
  overload.watchDatabase(app.get<JoiningDataSource>(getDataSourceToken()));
  overload.watch(fastify);
  traceRequests(fastify, app.get(Telemetry));
  limitAddresses(fastify, app.get(RateLimiter), app.get(AcceptedTokens));
  acceptJsonOnly(fastify);
  logRequests(fastify, logger);
  measureRequests(fastify, app.get(Telemetry), overload);
  refuseWhileClosing(fastify, app.get(Departure));
  refuseInMaintenance(fastify, app.get(MaintenanceWatch));
  serveOpenApi(app, config);
  serveAccountPages(app);
  await serveConsole(app, config);
  return app;
}

/** On shutdown what was accepted is finished, connections are not used again, and the rest is told to come back. */
function refuseWhileClosing(fastify: FastifyInstance, departure: Departure): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (departure.isAnnounced) void reply.header('connection', 'close');
    if (!isClosing) return done();
    void sendProblem(request, reply, shuttingDown());
  });
}

/** What only reads goes on. A read that is recorded, as each of a file is, is refused by the database. */
function refuseInMaintenance(fastify: FastifyInstance, maintenance: MaintenanceWatch): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!maintenance.isUnderMaintenance || READING_METHODS.includes(request.method)) return done();
    void sendProblem(request, reply, underMaintenance());
  });
}

/** Anything but JSON is 415 (contract D). The disk driver's upload door reads its multipart stream itself. */
function acceptJsonOnly(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body: string, done) => {
    // A POST without a body (verify, finalize) may still announce JSON.
    if (body === '') return done(null, undefined);
    try {
      done(null, parseJson(body));
    } catch (error) {
      done(error as Error);
    }
  });
  fastify.addContentTypeParser('multipart/form-data', (request, _payload, done) =>
    request.routeOptions.url === `/${DISK_OBJECTS_PATH}` ? done(null) : done(unsupportedMediaType()),
  );
}
