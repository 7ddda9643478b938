import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Clock, type Problem, type ProblemDetails, problemDefinitions } from '#libs/common';
import { Config } from '#libs/config';
import { insideTransaction } from '#libs/database';
import { Jobs } from '#libs/jobs';
import { seal, unseal } from './answer-sealing';
import type { Asked } from './asked';
import { idempotencyKeyReused, requestInProgress } from './idempotency.errors';
import { StoredAnswer } from './stored-answer.entity';

const KEEP_MS = 24 * 60 * 60_000;
/** How long a second request waits for the first one before it is sent away. */
const WAIT_MS = 8_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** Failures that say nothing about the work: the request was malformed, refused at the door, or too much. */
const NOT_KEPT = [400, 401, 408, 429];

/**
 * How a route keeps its promise. `atomic`: the work and the record of its answer are one transaction. `repeatable`: the work
 * waits for other services, so it cannot be in one, but it is harmless to repeat; only the first answer is kept.
 */
export type Idempotence = 'atomic' | 'repeatable';

/** What a request was answered; the status follows from the route or the problem. */
export interface Answer {
  body?: unknown;
  etag?: string;
  problem?: ProblemDetails & { code: string };
}

/** Failed while the work was being done, in a way that is an answer. */
export class AnsweredProblem extends Error {
  constructor(
    readonly problem: Problem,
    readonly answer: Answer,
  ) {
    super(problem.message);
  }
}

const LOCK = 'select pg_try_advisory_xact_lock($1) as free';
/** Only an answer that nobody may be given any more is replaced. */
const STORE = `
  insert into stored_answers (id, organization_id, fingerprint, answer, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6)
  on conflict (id) do update
    set fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at,
        expires_at = excluded.expires_at
    where stored_answers.expires_at <= excluded.created_at
  returning id`;

/** Answers a repeated request with what the first one was answered. */
@Injectable()
export class Idempotency {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handleScheduled('idempotency-remove-expired', '37 * * * *', () => this.removeExpired());
  }

  /**
   * Does the work unless it was done before.
   * @throws idempotency_key_reused; request_in_progress; what the work throws
   */
  async once(
    asked: Asked,
    how: Idempotence,
    work: () => Promise<Answer>,
    /** Where the second one waits; null where it may not. */
    sitDown: () => (() => void) | null,
  ): Promise<{ answer: Answer; isReplay: boolean }> {
    const first = await this.attempt(asked, how, work);
    if (first) return first;
    const standUp = sitDown();
    if (!standUp) throw requestInProgress();
    try {
      return await this.waitFor(asked, how, work);
    } finally {
      standUp();
    }
  }

  private async waitFor(
    asked: Asked,
    how: Idempotence,
    work: () => Promise<Answer>,
  ): Promise<{ answer: Answer; isReplay: boolean }> {
    const givesUpAt = performance.now() + WAIT_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      // Waits without a connection: those who wait must not keep the one they wait for from getting its own.
      if (performance.now() + pause > givesUpAt) throw requestInProgress();
      await sleep(pause);
      const outcome = await this.attempt(asked, how, work);
      if (outcome) return outcome;
    }
  }

  /** Null while another request with this key is at work. */
  private async attempt(
    asked: Asked,
    how: Idempotence,
    work: () => Promise<Answer>,
  ): Promise<{ answer: Answer; isReplay: boolean } | null> {
    const known = await this.find(this.dataSource.manager, asked);
    if (known) return { answer: known, isReplay: true };
    return how === 'atomic' ? this.atomically(asked, work) : this.repeatably(asked, work);
  }

  /**
   * The work and its answer in one transaction: a process that dies leaves both or neither. A failure that is an answer undoes
   * the work, but not the record of it. Null while another request with this key is at work.
   */
  private atomically(asked: Asked, work: () => Promise<Answer>): Promise<{ answer: Answer; isReplay: boolean } | null> {
    return this.dataSource.transaction(async (tx) => {
      const [{ free }] = await tx.query<[{ free: boolean }]>(LOCK, [asked.id.readBigInt64BE().toString()]);
      if (!free) return null;
      const known = await this.find(tx, asked);
      if (known) return { answer: known, isReplay: true };
      const answer = await answerOf(() => insideTransaction(tx, () => tx.transaction(work)));
      await this.store(tx, asked, answer);
      return { answer, isReplay: false };
    });
  }

  /** Several may work at once; the first answer stands. */
  private async repeatably(
    asked: Asked,
    work: () => Promise<Answer>,
  ): Promise<{ answer: Answer; isReplay: boolean } | null> {
    const answer = await answerOf(work);
    const isFirst = await this.store(this.dataSource.manager, asked, answer);
    return isFirst ? { answer, isReplay: false } : null;
  }

  private async find(manager: EntityManager, asked: Asked): Promise<Answer | null> {
    const found = await manager.findOneBy(StoredAnswer, { id: asked.id });
    if (!found || found.expiresAt <= this.clock.now()) return null;
    if (!found.fingerprint.equals(asked.fingerprint)) throw idempotencyKeyReused();
    return JSON.parse(unseal(found.answer, asked.id, this.config.keys.storedAnswer)) as Answer;
  }

  /** False when there is an answer already. */
  private async store(manager: EntityManager, asked: Asked, answer: Answer): Promise<boolean> {
    const now = this.clock.now();
    const sealed = seal(JSON.stringify(answer), asked.id, this.config.keys.storedAnswer);
    const expiresAt = new Date(now.getTime() + KEEP_MS);
    const values = [asked.id, asked.organizationId, asked.fingerprint, sealed, now, expiresAt];
    return (await manager.query<unknown[]>(STORE, values)).length === 1;
  }

  async removeExpired(): Promise<void> {
    await this.dataSource.query('delete from stored_answers where expires_at <= $1', [this.clock.now()]);
  }
}

/** A refusal is an answer too, unless it says that the work never began. */
async function answerOf(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AnsweredProblem && isKept(error.problem)) return error.answer;
    throw error instanceof AnsweredProblem ? error.problem : error;
  }
}

function isKept({ definition: { status } }: Problem): boolean {
  return status < 500 && !NOT_KEPT.includes(status);
}

/** The failure that an answer tells of. */
export function problemOf({ code, ...details }: NonNullable<Answer['problem']>): Problem {
  const definition = problemDefinitions().find((candidate) => candidate.code === code);
  if (!definition) throw new Error(`A stored answer names the unknown problem ${code}`);
  return definition(details);
}
