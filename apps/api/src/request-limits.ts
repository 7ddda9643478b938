import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  addressTooLong,
  headersTooLarge,
  malformedJson,
  forbiddenKey,
  type Problem,
  problemBody,
  requestRefused,
  requestTimeout,
  requestTooComplex,
} from '#libs/common';
import { DISK_OBJECTS_PATH } from '#libs/storage';

export const BODY_LIMIT_BYTES = 256 * 1024;
export const HEADER_LIMIT_BYTES = 16 * 1024;

/** How long a client gets to send a request. */
export interface Patience {
  /** For its head, and how often that is looked at. */
  headMs: number;
  lookEveryMs: number;
  /** For a whole JSON body. */
  bodyMs: number;
}

export const PATIENCE: Patience = { headMs: 10_000, lookEveryMs: 5_000, bodyMs: 20_000 };

/** What may still come, and for how long, of a request that was answered before its end: enough for its sender to come to read why. */
const REST_BYTES = 32 * 1024 * 1024;
const REST_MS = 10_000;
const LOOK_AT_REST_MS = 25;

const MAX_HEADERS = 100;
const MAX_ADDRESS_LENGTH = 8 * 1024;
const MAX_QUERY_VALUES = 100;
const MAX_QUERY_VALUE_LENGTH = 4 * 1024;
/** The deepest body of the API has three levels, its longest list is one of enum values. */
const MAX_JSON_DEPTH = 12;
const MAX_JSON_MEMBERS = 1_000;
const ESCAPED_SURROGATE = /\\ud[89a-f]/i;

/** Refuses what no honest client sends, before anything works on it. */
export function limitRequests(fastify: FastifyInstance, { bodyMs }: Patience): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { url, rawHeaders } = request.raw;
    if ((url ?? '').length > MAX_ADDRESS_LENGTH) return done(addressTooLong());
    if (rawHeaders.length / 2 > MAX_HEADERS) return done(headersTooLarge());
    if (!isSimpleQuery(request.query as Query)) return done(requestTooComplex());
    done();
  });
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    // A file may come slowly: its own door watches for silence and for the end of its link.
    const isAwaited = hasBody(request) && !request.raw.complete;
    if (isAwaited && request.routeOptions.url !== `/${DISK_OBJECTS_PATH}`) limitBodyTime(request, bodyMs);
    done(null, payload);
  });
  fastify.addHook('onResponse', (request, _reply, done) => {
    if (!request.raw.complete) limitRest(request);
    done();
  });
}

/** Node throws the rest away without telling of it, however much it is: the connection counts the bytes. */
function limitRest({ raw }: FastifyRequest): void {
  const { socket } = raw;
  const lastByte = socket.bytesRead + REST_BYTES;
  const lastMoment = performance.now() + REST_MS;
  const timer = setInterval(() => {
    if (!raw.complete && socket.bytesRead < lastByte && performance.now() < lastMoment) return;
    clearInterval(timer);
    if (!raw.complete) socket.destroy();
  }, LOOK_AT_REST_MS);
  timer.unref();
}

/** RFC 9112, 6: without these there is none, so most requests need no timer. */
function hasBody({ headers }: FastifyRequest): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

type Query = Record<string, string | string[]>;

function isSimpleQuery(query: Query): boolean {
  let count = 0;
  for (const name in query) {
    const values = query[name] as string | string[];
    for (const value of typeof values === 'string' ? [values] : values) {
      count += 1;
      if (count > MAX_QUERY_VALUES || value.length > MAX_QUERY_VALUE_LENGTH) return false;
    }
  }
  return true;
}

function limitBodyTime({ raw, id, url }: FastifyRequest, bodyMs: number): void {
  const timer = setTimeout(() => writeProblem(raw.socket, requestTimeout(), url, id), bodyMs);
  const stop = () => clearTimeout(timer);
  raw.once('end', stop).once('close', stop);
}

/** Parses a body. @throws SyntaxError, request_too_complex, forbidden_key */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  requirePlain(value);
  // Half a character comes by an escape only. No text function is made for it, nor PostgreSQL (RFC 7493, 2.1).
  if (ESCAPED_SURROGATE.test(text) && hasHalfCharacter(value)) throw malformedJson();
  return value;
}

function hasHalfCharacter(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, member]) => hasHalfCharacter(key) || hasHalfCharacter(member));
}

/** Without recursion: the depth is what is in question. */
function requirePlain(root: unknown): void {
  let level = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) throw requestTooComplex();
    const next: unknown[] = [];
    for (const node of level) {
      if (typeof node !== 'object' || node === null) continue;
      const members = Array.isArray(node) ? (node as unknown[]) : Object.values(node);
      if (members.length > MAX_JSON_MEMBERS) throw requestTooComplex();
      if (!Array.isArray(node)) requireHarmlessKeys(node);
      for (const member of members) next.push(member);
    }
    level = next;
  }
}

/** Copied carelessly, these keys would change what every object inherits; what Fastify's own parser refuses. */
function requireHarmlessKeys(node: object): void {
  if (Object.hasOwn(node, '__proto__')) throw forbiddenKey();
  const { constructor } = node as { constructor: unknown };
  if (!Object.hasOwn(node, 'constructor') || typeof constructor !== 'object' || constructor === null) return;
  if (Object.hasOwn(constructor, 'prototype')) throw forbiddenKey();
}

/** What Node refuses before there is a request: a head too large, too slow, or not HTTP. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  writeProblem(socket, clientProblem(error.code), '/', randomUUID());
}

function clientProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return requestTimeout();
  return requestRefused();
}

/** Past the framework, then the connection is closed: what follows on it cannot be trusted to be a request. */
function writeProblem(socket: Socket, found: Problem, url: string, requestId: string): void {
  const { status } = found.definition;
  const body = JSON.stringify(problemBody(found, url, requestId));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  else socket.destroy();
}
