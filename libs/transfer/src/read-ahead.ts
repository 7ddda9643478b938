import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ObjectNotFound, type ObjectStorage } from '#libs/storage';

/** Files at most this long are fetched before it is their turn. */
const SHORT_BYTES = 1024 * 1024;
const AHEAD = 8;

/** An object, opened. */
export interface OpenObject {
  size: number;
  content: Readable;
}

/** Opens objects in their order, short ones ahead of their turn: a storage across a network takes longer to answer than to send. Null: not there. */
export async function* readAhead<T>(
  items: readonly T[],
  open: (item: T) => Promise<OpenObject | null>,
): AsyncIterable<{ item: T; object: OpenObject | null }> {
  const coming: Promise<OpenObject | null>[] = [];
  for (const [i, item] of items.entries()) {
    while (coming.length < Math.min(items.length, i + AHEAD)) {
      const opened = open(items[coming.length] as T);
      // Awaited when it is its turn.
      opened.catch(() => undefined);
      coming.push(opened);
    }
    yield { item, object: (await coming[i]) ?? null };
  }
}

/** Null when there is no such object. */
export async function openObject(storage: ObjectStorage, key: string): Promise<OpenObject | null> {
  try {
    const found = await storage.find(key);
    if (!found) return null;
    if (found.size > SHORT_BYTES) return { size: found.size, content: lazily(() => storage.read(key)) };
    const bytes = await buffer(await storage.read(key));
    return { size: bytes.length, content: Readable.from([bytes]) };
  } catch (error) {
    if (error instanceof ObjectNotFound) return null;
    throw error;
  }
}

function lazily(open: () => Promise<Readable>): Readable {
  async function* content() {
    yield* (await open()) as AsyncIterable<Buffer>;
  }
  return Readable.from(content(), { objectMode: false });
}
