import { useEffect, useSyncExternalStore } from 'react';
import { sessionState, subscribe } from '../session/session';
import { apiGateway } from './api-gateway';
import { isUnderWay, isUsable, type UploadItem, UploadQueue } from './upload-queue';

/**
 * The queues of this page by what they are for. They outlive the screen that shows them: who looks at something else meanwhile
 * finds the files further on. What has arrived and is not attached yet survives a reload too.
 */
const queues = new Map<string, UploadQueue>();
const STORED = 'credence.uploads.';

interface Stored {
  uploadId: string;
  name: string;
  size: number;
}

function queueFor(purpose: string): UploadQueue {
  const existing = queues.get(purpose);
  if (existing) return existing;
  const queue = new UploadQueue({ gateway: apiGateway });
  queue.restore(read(purpose));
  queue.subscribe(() => write(purpose, queue.items()));
  queues.set(purpose, queue);
  return queue;
}

/** Files for one purpose, such as one person's papers. */
export function useUploads(purpose: string): { queue: UploadQueue; items: readonly UploadItem[] } {
  const queue = queueFor(purpose);
  const items = useSyncExternalStore(queue.subscribe, queue.items);
  const isBusy = items.some(({ phase }) => isUnderWay(phase));
  useEffect(() => {
    if (!isBusy) return;
    // The browser asks before it leaves.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isBusy]);
  return { queue, items };
}

window.addEventListener('online', () => queues.forEach((queue) => queue.retryUnanswered()));

// What somebody has left lying here is not for the next one.
subscribe(() => {
  if (sessionState() !== 'signed-out') return;
  queues.forEach((queue) => queue.clear());
  queues.clear();
});

function write(purpose: string, items: readonly UploadItem[]): void {
  const arrived = items.flatMap((item): Stored[] =>
    item.uploadId && isUsable(item) ? [{ uploadId: item.uploadId, name: item.name, size: item.size }] : [],
  );
  if (arrived.length === 0) sessionStorage.removeItem(STORED + purpose);
  else sessionStorage.setItem(STORED + purpose, JSON.stringify(arrived));
}

function read(purpose: string): Stored[] {
  const text = sessionStorage.getItem(STORED + purpose);
  return text ? (JSON.parse(text) as Stored[]) : [];
}
