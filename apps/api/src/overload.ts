import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import type { Logger } from 'pino';
import { overloaded, problemBody, sendProblem } from '#libs/common';
import type { Environment } from '#libs/config';
import type { JoiningDataSource } from '#libs/database';
import { type AcceptedTokens, isUnlimitedPath } from '#libs/limits';
import { BODY_LIMIT_BYTES } from './request-limits';
import { requestIdOf } from './request-id';
import { change, hasLessAtWork, hasMoreInHand, mayTakeFrom, type Owner, Shares } from './shares';

const REPORT_EVERY_MS = 1_000;
/**
 * So many get further than the door at once, and more where the database has connections for them: enough to keep it busy. Of all
 * 256 in hand, each would keep what the framework has made for it until its answer, and every collection of garbage copies it,
 * which took 17 % of the CPU time under overload (docs/performance.md).
 */
const MOST_AT_WORK = 16;
const AT_WORK_PER_CONNECTION = 1.5;
/** Whoever is at work for so long waits for something outside, such as a storage service, and keeps the processor from nobody. */
const SLOW_MS = 500;
const LOOK_EVERY_MS = 100;
/** When no request has ended for so long, the database is not busy but away: then all are to be told so, not one after the other. */
const AWAY_MS = 1_000;
/** Whoever is not known yet, by their address. */
const STRANGERS = 'strangers';

declare module 'node:http' {
  interface IncomingMessage {
    /** Counted as one that the process will answer. */
    isInHand?: boolean;
    /** By `performance.now()`, when it was let past the door; it does not wait there again. */
    atWorkSince?: number;
    /** Whose place it has or wants. */
    owner?: Owner;
    /** Its place went to somebody who had far less. */
    isRefused?: boolean;
  }
}

/** Of the database, those that requests wait for. */
type Connections = Pick<JoiningDataSource, 'waitingCount'>;
type Listener = (request: IncomingMessage, response: ServerResponse) => void;

interface Waiting {
  request: IncomingMessage;
  owner: Owner;
  start: () => void;
  refuse: () => void;
}

/**
 * Takes so many requests in hand at once, and tells the rest to come back: more at once would not be done sooner, all would only
 * wait longer, up to where every client has given up before its answer. Some of those in hand wait for their turn, which comes by turns
 * of organisations and people; when all places are taken, whoever waits with the most gives one up for whoever has far less. A request counts
 * from when its body has arrived to when its answer is ready, so that slow senders and slow readers take nobody's place. Health and
 * the disk driver's transfers are never refused.
 */
export class OverloadGuard {
  private inHand = 0;
  private turnedAway = 0;
  /**
   * The longest first. Not a Set or Map: each table that one of these gives up refers to its next one, and as soon as one has got into the
   * old generation, it keeps all that follow there, with all requests that were in them, until the next full collection (ADR 0101).
   */
  private readonly atWork: IncomingMessage[] = [];
  /** Those that take up nobody else's place any more, but still their own organisation's. */
  private readonly slow: IncomingMessage[] = [];
  private looking: NodeJS.Timeout | null = null;
  /** By `performance.now()`, when one that was at work has ended. */
  private endedAt = 0;
  private readonly waiting: Waiting[] = [];
  private refused = 0;
  /** Made once: most of what a refusal costs would be making an error, and Node's way through an object of headers. */
  private readonly refusal = overloaded();
  private readonly headers: string[];
  private readonly most: number;
  private readonly mostAtWork: number;
  private readonly shares: Shares;
  private tokens: Pick<AcceptedTokens, 'holderOf'> | null = null;
  private database: Connections | null = null;

  constructor(
    { MAX_REQUESTS_IN_HAND, DATABASE_POOL_SIZE }: Environment,
    private readonly logger: Logger,
    /** What goes with every refusal. */
    headers: Readonly<Record<string, string>>,
  ) {
    this.most = MAX_REQUESTS_IN_HAND;
    this.mostAtWork = Math.max(MOST_AT_WORK, AT_WORK_PER_CONNECTION * DATABASE_POOL_SIZE);
    this.shares = new Shares(this.most, this.mostAtWork, DATABASE_POOL_SIZE);
    const all = {
      ...headers,
      ...this.refusal.details.headers,
      'content-type': 'application/problem+json; charset=utf-8',
    };
    this.headers = Object.entries(all).flat();
  }

  /** Fastify's own way of making its server, but for who is asked first. */
  readonly createServer = (work: Listener, options: FastifyServerOptions & { http?: ServerOptions }): Server => {
    const server = createServer(options.http ?? {}, (request, response) => this.receive(request, response, work));
    server.keepAliveTimeout = options.keepAliveTimeout ?? server.keepAliveTimeout;
    server.requestTimeout = options.requestTimeout ?? server.requestTimeout;
    server.setTimeout(options.connectionTimeout ?? 0);
    return server;
  };

  /** From now on it is known whose a request is that comes with a token which was let in before. */
  know(tokens: Pick<AcceptedTokens, 'holderOf'>): void {
    this.tokens = tokens;
  }

  /** From now on it is known whether requests wait for a connection. */
  watchDatabase(database: Connections): void {
    this.database = database;
  }

  /** The looks that are taken once the framework has read a request. After whatever makes an answer readable for a page of another origin. */
  watch(fastify: FastifyInstance): void {
    const refuse = (request: FastifyRequest, reply: FastifyReply) => {
      this.report();
      // It is nobody's fault, so it uses up nobody's rate either.
      request.isCounted = true;
      void sendProblem(request, reply, overloaded());
    };
    fastify.addHook('onRequest', (request, reply, done) => {
      if (this.mustRefuse(request.raw)) refuse(request, reply);
      else done();
    });
    fastify.addHook('preValidation', (request, reply, done) => {
      if (this.mustRefuse(request.raw)) return refuse(request, reply);
      this.take(request.raw, reply.raw);
      this.inTurn(request.raw, done, () => refuse(request, reply));
    });
    fastify.addHook('onSend', ({ raw }, _reply, _payload, done) => {
      this.leave(raw);
      done();
    });
  }

  /**
   * Refuses before the framework: at four times the load three of four requests are refused, and passing through it, refusals used up
   * the processor that answers needed (docs/performance.md). What a page of another origin asks goes its usual way, for the headers that
   * let the page read the answer.
   */
  private receive(request: IncomingMessage, response: ServerResponse, work: Listener): void {
    const isTooMuch = this.mustRefuse(request);
    if (isTooMuch && request.headers.origin === undefined) return this.refuseAtOnce(request, response);
    // Those without a body are here as a whole: counted now, as many come in one turn as there are places, and no more.
    if (isTooMuch || hasBody(request)) return work(request, response);
    this.take(request, response);
    const start = () => work(request, response);
    const refuse = () => this.refuseAtOnce(request, response);
    this.inTurn(request, start, request.headers.origin === undefined ? refuse : start);
  }

  /** Those that the process will answer. */
  get requestsInHand(): number {
    return this.inHand;
  }

  /** All that were refused before the framework saw them. */
  get refusedAtDoor(): number {
    return this.turnedAway;
  }

  private mustRefuse(request: IncomingMessage): boolean {
    if (request.isRefused) return true;
    if (this.inHand < this.most || request.isInHand || isUnlimitedPath(pathOf(request))) return false;
    return this.whoMakesRoom(this.ownerOf(request)) === null;
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    if (request.isInHand || isUnlimitedPath(pathOf(request))) return;
    const owner = this.ownerOf(request);
    if (this.inHand >= this.most) this.makeRoom(owner);
    this.inHand += 1;
    request.isInHand = true;
    request.door = this;
    change(owner, 'inHand', 1);
    // An answer that is never sent must not keep its place for ever.
    response.once('close', () => this.leave(request));
  }

  private ownerOf(request: IncomingMessage): Owner {
    return (request.owner ??= this.findOwner(request));
  }

  private findOwner({ headers: { authorization }, socket }: IncomingMessage): Owner {
    const holder = authorization === undefined ? undefined : this.tokens?.holderOf(authorization);
    if (holder) return this.shares.ownerOf(holder.person, holder.organization);
    return this.shares.ownerOf(socket.remoteAddress ?? '', STRANGERS);
  }

  /** Of those that wait, the youngest of whoever has most, if that is far more. */
  private whoMakesRoom(owner: Owner): Waiting | null {
    let most: Waiting | null = null;
    for (const other of this.waiting) if (!most || hasMoreInHand(other.owner, most.owner)) most = other;
    return most && mayTakeFrom(owner, most.owner) ? most : null;
  }

  private makeRoom(owner: Owner): void {
    const loser = this.whoMakesRoom(owner);
    if (!loser) return;
    this.leave(loser.request);
    loser.request.isRefused = true;
    loser.refuse();
  }

  /** At once, or when one of those that are at work is done. Whoever is not counted does not wait. */
  private inTurn(request: IncomingMessage, start: () => void, refuse: () => void): void {
    if (request.isInHand && request.atWorkSince === undefined) {
      const owner = this.ownerOf(request);
      if (this.atWork.length >= this.mostAtWork || !this.shares.mayStart(owner)) {
        this.waiting.push({ request, owner, start, refuse });
        this.looking ??= setInterval(() => this.passTheSlow(), LOOK_EVERY_MS).unref();
        return;
      }
      this.putToWork(request, owner);
    }
    start();
  }

  private putToWork(request: IncomingMessage, owner: Owner): void {
    request.atWorkSince = performance.now();
    this.atWork.push(request);
    change(owner, 'atWork', 1);
    change(owner, 'started', 1);
  }

  /** Gives up the place of a request: its answer is ready, nobody wants it any more, or it waits elsewhere. */
  leave(request: IncomingMessage): void {
    const { owner } = request;
    if (!request.isInHand || !owner) return;
    request.isInHand = false;
    this.inHand -= 1;
    change(owner, 'inHand', -1);
    if (request.atWorkSince === undefined) return this.stopWaiting(request);
    change(owner, 'started', -1);
    this.endedAt = performance.now();
    if (remove(request, this.atWork) || remove(request, this.slow)) change(owner, 'atWork', -1);
    this.letNextIn();
  }

  private stopWaiting(request: IncomingMessage): void {
    const index = this.waiting.findIndex((one) => one.request === request);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  private letNextIn(): void {
    while (this.atWork.length < this.mostAtWork) {
      const next = this.next();
      if (!next) return;
      this.stopWaiting(next.request);
      this.putToWork(next.request, next.owner);
      // Not inside of another one's end.
      process.nextTick(next.start);
    }
  }

  /** Among those whose share is used up to the same extent, the first. */
  private next(): Waiting | null {
    let first: Waiting | null = null;
    for (const one of this.waiting) {
      if (first && !hasLessAtWork(one.owner, first.owner)) continue;
      if (this.shares.mayStart(one.owner)) first = one;
    }
    return first;
  }

  /**
   * A storage service that hangs must not hold up those who ask it nothing: whoever is slow gives way at once to other organisations, and to
   * their own unless requests wait for a connection to the database. Then it is those connections that make them slow, and more requests of
   * the same organisation would only wait for one in front of everybody who comes later.
   */
  private passTheSlow(): void {
    const before = performance.now() - SLOW_MS;
    while ((this.atWork[0]?.atWorkSince ?? Infinity) <= before) this.slow.push(...this.atWork.splice(0, 1));
    if (!this.isDatabaseBusy()) {
      for (const { owner } of this.slow.splice(0)) if (owner) change(owner, 'atWork', -1);
    }
    this.letNextIn();
    if (this.waiting.length > 0 || !this.looking) return;
    clearInterval(this.looking);
    this.looking = null;
  }

  private isDatabaseBusy(): boolean {
    const isEnding = performance.now() - this.endedAt < AWAY_MS;
    return isEnding && this.database !== null && this.database.waitingCount > 0;
  }

  private refuseAtOnce(request: IncomingMessage, response: ServerResponse): void {
    this.report();
    this.turnedAway += 1;
    const requestId = requestIdOf(request);
    const body = JSON.stringify(problemBody(this.refusal, request.url ?? '/', requestId));
    const own = ['content-length', String(Buffer.byteLength(body)), 'x-request-id', requestId];
    // Node reads what is left of a body to its end; of one that would be refused for its size as well, that is too much.
    if (isTooLong(request)) own.push('connection', 'close');
    response.writeHead(this.refusal.definition.status, [...this.headers, ...own]);
    response.end(body);
  }

  /** One line for all refusals of a second: a line for each would cost more than the refusal. */
  private report(): void {
    this.refused += 1;
    if (this.refused > 1) return;
    const tell = () => {
      const { most, refused } = this;
      this.refused = 0;
      this.logger.warn(
        { context: 'Overload', most, refused },
        'More requests at once than MAX_REQUESTS_IN_HAND; some were refused',
      );
    };
    setTimeout(tell, REPORT_EVERY_MS).unref();
  }
}

/** Whether it was there. */
function remove(request: IncomingMessage, list: IncomingMessage[]): boolean {
  const index = list.indexOf(request);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isTooLong({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > BODY_LIMIT_BYTES;
}
