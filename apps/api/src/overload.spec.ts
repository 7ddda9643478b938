import { Agent, get, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Environment } from '#libs/config';
import { OverloadGuard } from './overload';

const POOL = 20;
/** One and a half times the pool. */
const AT_WORK = 30;
const PLACES = 256;
/** Of the connections. */
const AT_WORK_OF_ORGANIZATION = 16;
/** Of all places, where all requests are slow. */
const SLOW_OF_ORGANIZATION = 128;
const SLOW_OF_PERSON = 32;

/** What the framework would be given; requests to /slow are answered when the test says so. */
class Door {
  readonly slow: ServerResponse[] = [];
  readonly database = { waitingCount: 0 };
  private asked = 0;
  private readonly agent = new Agent({ keepAlive: true });

  private constructor(private readonly server: Server) {}

  static async open(): Promise<Door> {
    const settings = { MAX_REQUESTS_IN_HAND: PLACES, DATABASE_POOL_SIZE: POOL } as Environment;
    const guard = new OverloadGuard(settings, pino({ level: 'silent' }), {});
    // Everybody says who they are: `organization/person`.
    guard.know({ holderOf: (person) => ({ person, organization: person.split('/')[0] ?? '' }) });
    const server = guard.createServer((request, response) => {
      if (request.url === '/slow') door.slow.push(response);
      else response.end();
    }, {});
    const door = new Door(server);
    guard.watchDatabase(door.database);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return door;
  }

  /** Milliseconds until the answer. Without a name, somebody else each time. */
  async ask(path: string, person = `${(this.asked += 1)}/somebody`): Promise<number> {
    const from = performance.now();
    await this.statusOf(path, person);
    return performance.now() - from;
  }

  statusOf(path: string, authorization: string): Promise<number | undefined> {
    const { port } = this.server.address() as AddressInfo;
    return new Promise((answered, failed) => {
      get({ host: '127.0.0.1', port, path, agent: this.agent, headers: { authorization } }, (answer) =>
        answer.resume().once('end', () => answered(answer.statusCode)),
      ).once('error', failed);
    });
  }

  /** Keeps asking for slow answers, `count` times at once, and resolves when nobody is let in any more. */
  async flood(count: number, personOf: (n: number) => string): Promise<Promise<number | undefined>[]> {
    const all = Array.from({ length: count }, (_, n) => this.statusOf('/slow', personOf(n)));
    for (let before = -1; before < this.slow.length;) {
      before = this.slow.length;
      // Longer than it takes to be slow.
      await sleep(800);
    }
    return all;
  }

  /** Answers whoever is let in to /slow, until so many have been. */
  async answerAll(count: number): Promise<void> {
    while (this.slow.length < count || this.slow.some((response) => !response.writableEnded)) {
      for (const response of this.slow) response.end();
      await sleep(5);
    }
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

describe('the door', () => {
  let door: Door;

  beforeEach(async () => (door = await Door.open()));
  afterEach(() => door.close());

  it('lets in as many as can be worked on, and the next one for each that leaves', async () => {
    const all = Array.from({ length: AT_WORK + 5 }, () => door.ask('/slow'));
    while (door.slow.length < AT_WORK) await sleep(5);
    await sleep(50);
    expect(door.slow).toHaveLength(AT_WORK);
    for (const response of door.slow.slice(0, 3)) response.end();
    while (door.slow.length < AT_WORK + 3) await sleep(5);
    await sleep(50);
    expect(door.slow).toHaveLength(AT_WORK + 3);
    await door.answerAll(AT_WORK + 5);
    await Promise.all(all);
    expect(door.slow).toHaveLength(AT_WORK + 5);
  });

  it('does not wait for those who are slow: after half a second they count no more', async () => {
    const all = Array.from({ length: AT_WORK }, () => door.ask('/slow'));
    while (door.slow.length < AT_WORK) await sleep(5);
    const [first, second] = [await door.ask('/quick'), await door.ask('/quick')];
    expect(first).toBeGreaterThan(300);
    expect(first).toBeLessThan(3000);
    expect(second).toBeLessThan(first);
    // Nobody is let in twice for one that ends late.
    for (const response of door.slow) response.end();
    await Promise.all(all);
    const again = Array.from({ length: AT_WORK + 5 }, () => door.ask('/slow'));
    while (door.slow.length < 2 * AT_WORK) await sleep(5);
    await sleep(50);
    expect(door.slow).toHaveLength(2 * AT_WORK);
    await door.answerAll(2 * AT_WORK + 5);
    await Promise.all(again);
  });

  it('lets one organisation in up to its share only, also when all its requests are slow, and gives up its waiting ones for others', async () => {
    const all = await door.flood(PLACES, (n) => `flooding/${n}`);
    expect(door.slow).toHaveLength(SLOW_OF_ORGANIZATION);
    expect(await door.ask('/quick', 'other/one')).toBeLessThan(300);
    await door.answerAll(PLACES - 1);
    expect((await Promise.all(all)).filter((status) => status === 503)).toHaveLength(1);
  });

  it('lets one organisation in for four fifths of the connections, and keeps it at that while requests wait for one, however slow all are', async () => {
    door.database.waitingCount = 1;
    // Somebody is answered all the time: it is not away.
    const answer = () => door.ask('/quick', 'answered/one');
    await answer();
    const answering = setInterval(() => void answer(), 50);
    try {
      const all = await door.flood(2 * AT_WORK, (n) => `${n % 2 ? 'flooding' : 'other'}/${n}`);
      expect(door.slow).toHaveLength(2 * AT_WORK_OF_ORGANIZATION);
      // Two of them are more than are worked on at once, and a third one has its place.
      expect(await door.ask('/quick', 'third/one')).toBeLessThan(300);
      door.database.waitingCount = 0;
      while (door.slow.length < 2 * AT_WORK) await sleep(5);
      await door.answerAll(2 * AT_WORK);
      await Promise.all(all);
    } finally {
      clearInterval(answering);
    }
  });

  it('lets all in who wait, up to their shares, when a database that requests wait for answers nobody', async () => {
    door.database.waitingCount = 1;
    const all = await door.flood(2 * AT_WORK, (n) => `waiting/${n}`);
    expect(door.slow).toHaveLength(2 * AT_WORK);
    await door.answerAll(2 * AT_WORK);
    await Promise.all(all);
  });

  it('lets one person in up to their share only, and colleagues meanwhile', async () => {
    const all = await door.flood(PLACES, () => 'flooding/one');
    expect(door.slow).toHaveLength(SLOW_OF_PERSON);
    expect(await door.ask('/quick', 'flooding/colleague')).toBeLessThan(300);
    await door.answerAll(PLACES - 1);
    expect((await Promise.all(all)).filter((status) => status === 503)).toHaveLength(1);
  });

  it('takes no place away from those who have about as much', async () => {
    const all = await door.flood(PLACES, (n) => (n % 2 ? 'one/person' : 'other/person'));
    const third = door.statusOf('/slow', 'third/person');
    while (door.slow.length <= 2 * SLOW_OF_PERSON) await sleep(5);
    expect(await door.statusOf('/quick', 'one/person')).toBe(503);
    await door.answerAll(PLACES);
    expect(await third).toBe(200);
    expect((await Promise.all(all)).filter((status) => status === 503)).toHaveLength(1);
  });
});
