/**
 * Sends files: several at once, at most three on their way, each with its progress, until its checks are done. Knows neither React
 * nor the API: both are handed in.
 */

/** What the API says of an upload. */
export interface UploadState {
  status: 'pending' | 'uploaded' | 'ready' | 'infected' | 'failed';
  /** Why it failed, or why its checks have been given up. */
  failureCode: string | null;
  threatName: string | null;
}

export interface Intent {
  uploadId: string;
  url: string;
  fields: Record<string, string>;
}

/** The API, as far as sending needs it. Throws SendFailure, or an AbortError. */
export interface Gateway {
  announce(file: File, mime: string, sha256: string | null, signal: AbortSignal): Promise<Intent>;
  send(intent: Intent, file: File, onProgress: (sent: number) => void, signal: AbortSignal): Promise<void>;
  finalize(uploadId: string, signal: AbortSignal): Promise<UploadState>;
  look(uploadId: string, signal: AbortSignal): Promise<UploadState>;
}

/** A reason by its code; the words are the reader's. `detail` is the server's sentence, where it has said one. */
export class SendFailure extends Error {
  constructor(
    readonly code: string,
    readonly detail = '',
  ) {
    super(detail || code);
    this.name = 'SendFailure';
  }
}

/** The form's link has run out: another intent will do. */
export const LINK_EXPIRED = 'link_expired';
/** Nothing answered: worth another attempt when the connection is back. */
export const NO_ANSWER = 'no_answer';

/**
 * `arrived` and `ready` can be attached to a paper; `arrived` is still being checked. The last three have ended, and can begin again.
 */
export type Phase = 'waiting' | 'sending' | 'finishing' | 'arrived' | 'ready' | 'infected' | 'failed' | 'cancelled';

export interface UploadItem {
  key: string;
  name: string;
  size: number;
  phase: Phase;
  /** Bytes that have left. */
  sent: number;
  /** Known once it has arrived. */
  uploadId: string | null;
  failure: { code: string; detail: string; threatName: string | null } | null;
  /** What was chosen is still at hand. */
  canRetry: boolean;
}

interface Job {
  item: UploadItem;
  file: File | null;
  intent: Intent | null;
  abort: AbortController;
}

export interface QueueSettings {
  gateway: Gateway;
  atOnce?: number;
  /** Milliseconds between looks at the checks: the first, the longest, and when to leave it. */
  looks?: { first: number; longest: number; total: number };
  /** Files up to this length are announced with their SHA-256, so that storage itself can refuse another one. */
  hashBelow?: number;
}

const LOOKS = { first: 700, longest: 5_000, total: 300_000 };
const HASH_BELOW_BYTES = 64_000_000;
const NONE: readonly UploadItem[] = [];

export class UploadQueue {
  private jobs: Job[] = [];
  private shown: readonly UploadItem[] = NONE;
  private readonly listeners = new Set<() => void>();
  private readonly gateway: Gateway;
  private readonly atOnce: number;
  private readonly looks: typeof LOOKS;
  private readonly hashBelow: number;
  private running = 0;
  private next = 1;

  constructor({ gateway, atOnce = 3, looks = LOOKS, hashBelow = HASH_BELOW_BYTES }: QueueSettings) {
    this.gateway = gateway;
    this.atOnce = atOnce;
    this.looks = looks;
    this.hashBelow = hashBelow;
  }

  /** Arrow functions: handed to useSyncExternalStore as they are. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly items = (): readonly UploadItem[] => this.shown;

  add(files: Iterable<File>): string[] {
    const added = [...files].map((file) => this.newJob(file));
    this.jobs = [...this.jobs, ...added];
    this.publish();
    this.startNext();
    return added.map(({ item }) => item.key);
  }

  /** An upload that had arrived before this page was loaded; its checks are followed again. */
  restore(known: { uploadId: string; name: string; size: number }[]): void {
    for (const { uploadId, name, size } of known) {
      if (this.jobs.some(({ item }) => item.uploadId === uploadId)) continue;
      const key = String(this.next++);
      const item: UploadItem = {
        key,
        name,
        size,
        phase: 'arrived',
        sent: size,
        uploadId,
        failure: null,
        canRetry: false,
      };
      const job: Job = { item, file: null, intent: null, abort: new AbortController() };
      this.jobs = [...this.jobs, job];
      void this.follow(job, uploadId, 'uploaded');
    }
    this.publish();
  }

  /** Stops what is on its way; what has arrived stays. */
  cancel(key: string): void {
    const job = this.find(key);
    if (!job || !isUnderWay(job.item.phase)) return;
    job.abort.abort();
    this.change(job, { phase: 'cancelled', sent: 0 });
  }

  /** Once more. Where the link of the form has run out there is a new one. */
  retry(key: string): void {
    const job = this.find(key);
    if (!job?.file || !hasEnded(job.item.phase)) return;
    // What was refused is gone; what was only cut off can be sent with the same form.
    if (job.item.failure?.code !== NO_ANSWER) job.intent = null;
    job.abort = new AbortController();
    this.change(job, { phase: 'waiting', sent: 0, failure: null, uploadId: null });
    this.startNext();
  }

  /** The connection is back: what failed for lack of it goes on. */
  retryUnanswered(): void {
    for (const { item } of this.jobs) if (item.failure?.code === NO_ANSWER) this.retry(item.key);
  }

  /** Forgets it here; a file that has arrived and is not attached is removed by the server one day. */
  remove(key: string): void {
    this.find(key)?.abort.abort();
    this.jobs = this.jobs.filter(({ item }) => item.key !== key);
    this.publish();
  }

  clear(): void {
    for (const { abort } of this.jobs) abort.abort();
    this.jobs = [];
    this.publish();
  }

  private newJob(file: File): Job {
    const key = String(this.next++);
    const { name, size } = file;
    const item: UploadItem = {
      key,
      name,
      size,
      phase: 'waiting',
      sent: 0,
      uploadId: null,
      failure: null,
      canRetry: true,
    };
    return { item, file, intent: null, abort: new AbortController() };
  }

  private startNext(): void {
    while (this.running < this.atOnce) {
      const job = this.jobs.find(({ item }) => item.phase === 'waiting');
      if (!job?.file) return;
      this.running += 1;
      this.change(job, { phase: 'sending' });
      void this.send(job, job.file).finally(() => {
        this.running -= 1;
        this.startNext();
      });
    }
  }

  private async send(job: Job, file: File): Promise<void> {
    const { signal } = job.abort;
    try {
      const { uploadId } = await this.transfer(job, file, signal);
      this.change(job, { phase: 'finishing', sent: file.size });
      const state = await this.gateway.finalize(uploadId, signal);
      if (signal.aborted) return;
      this.change(job, { uploadId });
      if (!this.take(job, state)) void this.follow(job, uploadId, state.status);
    } catch (error) {
      if (!signal.aborted) this.fail(job, error);
    }
  }

  /** With the form that is at hand; if its link has run out meanwhile, with another one, once. */
  private async transfer(job: Job, file: File, signal: AbortSignal): Promise<Intent> {
    const isOld = job.intent !== null;
    job.intent ??= await this.announce(file, signal);
    const progress = (sent: number) => {
      if (!signal.aborted) this.change(job, { sent: Math.min(sent, file.size) });
    };
    try {
      await this.gateway.send(job.intent, file, progress, signal);
    } catch (error) {
      if (!isOld || !(error instanceof SendFailure) || error.code !== LINK_EXPIRED) throw error;
      job.intent = await this.announce(file, signal);
      await this.gateway.send(job.intent, file, progress, signal);
    }
    return job.intent;
  }

  private async announce(file: File, signal: AbortSignal): Promise<Intent> {
    const sha256 = file.size <= this.hashBelow ? await sha256Of(file) : null;
    signal.throwIfAborted();
    return this.gateway.announce(file, mimeOf(file), sha256, signal);
  }

  /**
   * Looks at the checks until they are done, ever more seldom. While the server has still to see what arrived, for another one that was asked before,
   * it is asked to, again: that one may have ended.
   */
  private async follow(job: Job, uploadId: string, status: UploadState['status']): Promise<void> {
    const { signal } = job.abort;
    let isSeen = status !== 'pending';
    let pause = this.looks.first;
    for (let waited = 0; waited < this.looks.total && !signal.aborted; waited += pause) {
      await sleep(pause, signal);
      pause = Math.min(pause * 1.5, this.looks.longest);
      try {
        if (signal.aborted) return;
        const state = await (isSeen ? this.gateway.look(uploadId, signal) : this.gateway.finalize(uploadId, signal));
        if (this.take(job, state)) return;
        isSeen = state.status !== 'pending';
      } catch (error) {
        if (signal.aborted) return;
        // Only the news is missing: the file itself is there.
        if (error instanceof SendFailure && error.code === NO_ANSWER) continue;
        return this.fail(job, error);
      }
    }
    if (!isSeen && !signal.aborted) this.fail(job, new SendFailure(NO_ANSWER));
  }

  /** Whether that was the end of it. */
  private take(job: Job, { status, failureCode, threatName }: UploadState): boolean {
    if (job.abort.signal.aborted) return true;
    if (status === 'pending') return false;
    const failure = failureCode || threatName ? { code: failureCode ?? 'infected', detail: '', threatName } : null;
    if (status === 'ready') this.change(job, { phase: 'ready', failure: null });
    else if (status === 'uploaded') this.change(job, { phase: 'arrived', failure });
    else if (status === 'infected') this.change(job, { phase: 'infected', failure, uploadId: null });
    else this.change(job, { phase: 'failed', failure, uploadId: null });
    // Checks that were given up do not go on by themselves.
    return status !== 'uploaded' || failureCode !== null;
  }

  private fail(job: Job, error: unknown): void {
    const failure =
      error instanceof SendFailure
        ? { code: error.code, detail: error.detail, threatName: null }
        : // The browser says so when the file was changed or moved since it was chosen.
          { code: isUnreadable(error) ? 'file_gone' : 'unknown', detail: '', threatName: null };
    this.change(job, { phase: 'failed', failure, sent: 0, uploadId: null });
  }

  private find(key: string): Job | undefined {
    return this.jobs.find(({ item }) => item.key === key);
  }

  private change(job: Job, change: Partial<UploadItem>): void {
    job.item = { ...job.item, ...change };
    this.publish();
  }

  private publish(): void {
    this.shown = this.jobs.map(({ item }) => item);
    for (const listener of [...this.listeners]) listener();
  }
}

export function isUnderWay(phase: Phase): boolean {
  return phase === 'waiting' || phase === 'sending' || phase === 'finishing';
}

export function hasEnded(phase: Phase): boolean {
  return phase === 'failed' || phase === 'cancelled' || phase === 'infected';
}

/** Can be given to a paper. */
export function isUsable({ phase, uploadId, failure }: UploadItem): boolean {
  return uploadId !== null && (phase === 'ready' || (phase === 'arrived' && failure === null));
}

const MIME_BY_EXTENSION: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  heic: 'image/heic',
  heif: 'image/heic',
};

/** Some systems know no type for TIFF or HEIC, and some call it `image/heif`; the server looks at the bytes in any case. */
export function mimeOf({ name, type }: Pick<File, 'name' | 'type'>): string {
  const extension = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return MIME_BY_EXTENSION[extension] ?? (type || 'application/octet-stream');
}

/** Null where the page is not served over https: browsers hash only there. */
async function sha256Of(file: File): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function isUnreadable(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotReadableError' || error.name === 'NotFoundError');
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
