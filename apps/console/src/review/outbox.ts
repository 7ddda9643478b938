import { useSyncExternalStore } from 'react';
import { answerWithTag, api, change, newKey, type Schemas } from '../api/client';
import { type ApiProblem, toProblem } from '../api/problem';
import { beforeLeaving, type Identity } from '../session/session';
import type { ComparedSubmission, DeskEntry, TaggedEntry } from './desk-entry';
import { drafts } from './reasons';

/** How long a decision can be undone before it is sent. */
export const UNDO_MS = 5_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;
/** Also looked for by shell/left-decisions.ts, which does not load all of this for it. */
const PREFIX = 'credence.decision.';

/** What the decision says of how it was come to. */
export type Check = Pick<Schemas['VerifyDto'], 'method' | 'reference' | 'checkedAt' | 'pagesShown'>;

export type Outcome =
  | { outcome: 'verified'; check: Check }
  /** Without a check it was written down by the version before. */
  | { outcome: 'rejected'; reason: string; check?: Omit<Check, 'pagesShown'> };

/** A decision that the server has taken, with the tag of what it made of it. */
export interface Taken {
  decision: Decision;
  etag: string | undefined;
}

/** One decision of this person, until the server has taken or refused it. */
export interface Decision {
  /** Its Idempotency-Key: however often it has to be sent, it counts once. */
  key: string;
  verificationId: string;
  targetType: DeskEntry['targetType'];
  targetId: string;
  etag: string;
  /** What the reviewer saw, so that what has changed can be said. */
  seen: Pick<ComparedSubmission, 'number' | 'snapshot' | 'fileSha256'>;
  /** For sentences about it. */
  subject: string;
  personName: string;
  decision: Outcome;
  /** When it is sent, in milliseconds of this machine. */
  sendAt: number;
  /** `unsent`: nothing has answered; it is sent again. `refused`: it does not count. */
  state: 'waiting' | 'sending' | 'unsent' | 'refused';
  problem: { code: string; detail: string; requestId: string | null } | null;
}

export interface OutboxState {
  decisions: readonly Decision[];
  /** Submissions that are no longer this person's business: `verification submission`. */
  settled: ReadonlySet<string>;
  /** The latest that counts: it can be taken back, with a reason. */
  taken: Taken | null;
}

/**
 * The decisions that are on their way. Each is written down in this browser before anything else, under a key of its own, so that a
 * reload, a crash or hours without a connection lose none, and other tabs do not overwrite it.
 */
class Outbox {
  private state: OutboxState = { decisions: [], settled: new Set(), taken: null };
  private owner = '';
  private readonly listeners = new Set<() => void>();
  private readonly timers = new Map<string, number>();
  private readonly retries = new Map<string, number>();

  constructor() {
    window.addEventListener('online', () => this.sendAll('unsent'));
    // Closing the tab, another tab, the phone's home screen: the time to undo is over.
    window.addEventListener('pagehide', () => this.sendAll('waiting'));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') this.sendAll('waiting');
    });
    beforeLeaving(() => this.flush());
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): OutboxState => this.state;

  /** Goes on with what this person has left unsent. */
  open({ userId, organizationId }: Identity): void {
    const owner = `${PREFIX}${userId}.${organizationId}.`;
    if (owner === this.owner) return;
    this.owner = owner;
    const stored = Object.keys(localStorage)
      .filter((name) => name.startsWith(owner))
      .map((name) => JSON.parse(localStorage.getItem(name) ?? '') as Decision);
    this.set({ decisions: stored, settled: new Set(), taken: null });
    for (const decision of stored) if (decision.state !== 'refused') void this.send(decision.key);
  }

  add({ entry, etag }: TaggedEntry, personName: string, decision: Outcome): void {
    if (!entry.current || !etag) throw new Error('There is nothing to decide on');
    const { verificationId, targetType, targetId, subject } = entry;
    const { number, snapshot, fileSha256 } = entry.current;
    const key = newKey();
    const added: Decision = {
      key,
      verificationId,
      targetType,
      targetId,
      etag,
      seen: { number, snapshot, fileSha256 },
      subject,
      personName,
      decision,
      sendAt: Date.now() + UNDO_MS,
      state: 'waiting',
      problem: null,
    };
    this.store(added);
    this.timers.set(
      key,
      window.setTimeout(() => void this.send(key), UNDO_MS),
    );
  }

  /** Takes back the latest that has not been sent. */
  undo(): Decision | null {
    const latest = this.state.decisions.findLast(({ state }) => state === 'waiting');
    if (!latest) return null;
    window.clearTimeout(this.timers.get(latest.key));
    this.remove(latest.key);
    return latest;
  }

  /** It was taken back, or is no longer there to be. */
  forgetTaken(): void {
    this.set({ ...this.state, taken: null });
  }

  dismiss(key: string): void {
    this.remove(key);
  }

  /** Sends what is waiting at once; resolves when it has been answered, or could not be. */
  async flush(): Promise<void> {
    await Promise.all(
      this.state.decisions
        .filter(({ state }) => state === 'waiting' || state === 'unsent')
        .map(({ key }) => this.send(key)),
    );
  }

  private sendAll(state: Decision['state']): void {
    for (const decision of this.state.decisions) if (decision.state === state) void this.send(decision.key);
  }

  private async send(key: string): Promise<void> {
    const decision = this.find(key);
    if (!decision || decision.state === 'sending') return;
    window.clearTimeout(this.timers.get(key));
    this.store({ ...decision, state: 'sending' });
    try {
      const { data, etag } = await post(decision);
      // The first word of two leaves it waiting: there is no decision to take back.
      this.settle(decision, data.status === 'pending' ? null : { decision, etag });
    } catch (error) {
      const problem = toProblem(error);
      if (isPassing(problem)) this.retry(key, problem);
      else this.refuse(key, problem);
    }
  }

  private settle({ key, verificationId, seen }: Decision, taken: Taken | null): void {
    this.retries.delete(key);
    const settled = new Set(this.state.settled).add(submissionKey(verificationId, seen.number));
    this.state = { ...this.state, settled, taken };
    drafts.remove(verificationId);
    this.remove(key);
  }

  private retry(key: string, { retryAfter }: ApiProblem): void {
    const decision = this.find(key);
    if (!decision) return;
    this.store({ ...decision, state: 'unsent' });
    const failures = this.retries.get(key) ?? 0;
    this.retries.set(key, failures + 1);
    const pause = retryAfter ? retryAfter * 1000 : Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    this.timers.set(
      key,
      window.setTimeout(() => void this.send(key), pause),
    );
  }

  private refuse(key: string, { code, detail, requestId }: ApiProblem): void {
    const decision = this.find(key);
    if (decision) this.store({ ...decision, state: 'refused', problem: { code, detail, requestId } });
  }

  private find(key: string): Decision | undefined {
    return this.state.decisions.find((decision) => decision.key === key);
  }

  private store(decision: Decision): void {
    localStorage.setItem(this.owner + decision.key, JSON.stringify(decision));
    const others = this.state.decisions.some(({ key }) => key === decision.key)
      ? this.state.decisions.map((before) => (before.key === decision.key ? decision : before))
      : [...this.state.decisions, decision];
    this.set({ ...this.state, decisions: others });
  }

  private remove(key: string): void {
    localStorage.removeItem(this.owner + key);
    this.set({ ...this.state, decisions: this.state.decisions.filter((decision) => decision.key !== key) });
  }

  private set(state: OutboxState): void {
    this.state = state;
    for (const listener of [...this.listeners]) listener();
  }
}

export const outbox = new Outbox();

export function useOutbox(): OutboxState {
  return useSyncExternalStore(outbox.subscribe, outbox.snapshot);
}

/** Names a submission among those that are settled. */
export function submissionKey(verificationId: string, number: number): string {
  return `${verificationId} ${number}`;
}

/** Nothing has been decided by this answer: the same request may be sent again. */
function isPassing({ status, code, isPassing: passes }: ApiProblem): boolean {
  return passes || status === 429 || status === 401 || code === 'request_in_progress' || status === 500;
}

/** Where a decision on a credential of each kind goes. */
const DOORS = {
  certificate: {
    verify: '/api/v1/crew/certificates/{certificate_id}/verify',
    reject: '/api/v1/crew/certificates/{certificate_id}/reject',
    reopen: '/api/v1/crew/certificates/{certificate_id}/reopen',
  },
  diploma: {
    verify: '/api/v1/crew/diplomas/{diploma_id}/verify',
    reject: '/api/v1/crew/diplomas/{diploma_id}/reject',
    reopen: '/api/v1/crew/diplomas/{diploma_id}/reopen',
  },
  identity_document: {
    verify: '/api/v1/crew/identity-documents/{identity_document_id}/verify',
    reject: '/api/v1/crew/identity-documents/{identity_document_id}/reject',
    reopen: '/api/v1/crew/identity-documents/{identity_document_id}/reopen',
  },
} as const satisfies Record<Decision['targetType'], object>;

/** `keepalive`: the browser sends it even though its page is going away. */
function post({ targetType, targetId, decision, key, etag }: Decision) {
  const params = { path: pathTo(targetId), header: change(key, etag) };
  const { verify, reject } = DOORS[targetType];
  return answerWithTag<{ status: string }>(
    decision.outcome === 'verified'
      ? api.POST(verify, { params, body: decision.check, keepalive: true })
      : api.POST(reject, { params, body: { ...decision.check, reason: decision.reason }, keepalive: true }),
  );
}

/** Takes back a decision that counts. @throws ApiProblem */
export async function reopen({ decision, etag }: Taken, reason: string, key: string): Promise<void> {
  const { targetType, targetId } = decision;
  const params = { path: pathTo(targetId), header: change(key, etag) };
  await answerWithTag<unknown>(api.POST(DOORS[targetType].reopen, { params, body: { reason } }));
  outbox.forgetTaken();
}

/** Of each door the parameter that it knows; the others are in no address. */
function pathTo(targetId: string) {
  return { certificate_id: targetId, diploma_id: targetId, identity_document_id: targetId };
}
