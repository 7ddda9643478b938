import {
  type Gateway,
  type Intent,
  LINK_EXPIRED,
  mimeOf,
  NO_ANSWER,
  type Phase,
  SendFailure,
  UploadQueue,
  type UploadState,
} from './upload-queue';

const READY: UploadState = { status: 'ready', failureCode: null, threatName: null };
const PENDING: UploadState = { status: 'pending', failureCode: null, threatName: null };
const ARRIVED: UploadState = { status: 'uploaded', failureCode: null, threatName: null };
const scan = (name = 'scan.pdf') => new File(['%PDF'], name, { type: 'application/pdf' });

/** The server, as far as a queue sees it: each step waits until the test lets it go on. */
class Server implements Gateway {
  announced: { name: string; sha256: string | null }[] = [];
  sending: { intent: Intent; progress: (sent: number) => void; done: () => void; fail: (error: unknown) => void }[] =
    [];
  finalized: UploadState | SendFailure = READY;
  /** What finalize answers before that. */
  unfinished: (UploadState | SendFailure)[] = [];
  seen: (UploadState | SendFailure)[] = [];

  announce(file: File, _mime: string, sha256: string | null): Promise<Intent> {
    this.announced.push({ name: file.name, sha256 });
    return Promise.resolve({ uploadId: `u${this.announced.length}`, url: 'u', fields: {} });
  }
  send(intent: Intent, _file: File, progress: (sent: number) => void, signal: AbortSignal): Promise<void> {
    return new Promise((done, fail) => {
      this.sending.push({ intent, progress, done, fail });
      signal.addEventListener('abort', () => fail(new DOMException('Aborted', 'AbortError')));
    });
  }
  finalize(): Promise<UploadState> {
    return answer(this.unfinished.shift() ?? this.finalized);
  }
  look(): Promise<UploadState> {
    return answer(this.seen.shift() ?? READY);
  }
}

const answer = (value: UploadState | SendFailure) =>
  value instanceof SendFailure ? Promise.reject(value) : Promise.resolve(value);

describe('the queue of files to be sent', () => {
  let server: Server;
  let queue: UploadQueue;

  beforeEach(() => {
    server = new Server();
    queue = new UploadQueue({ gateway: server, looks: { first: 1, longest: 1, total: 50 } });
  });

  /** Until what is shown is so. */
  async function until(holds: () => boolean): Promise<void> {
    for (let turn = 0; turn < 500 && !holds(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(holds()).toBe(true);
  }
  const phases = () => queue.items().map(({ phase }) => phase);
  const sendingCount = (count: number) => until(() => server.sending.length === count);

  it('sends at most three at once, tells the progress, and ends with ready', async () => {
    queue.add([1, 2, 3, 4, 5].map((number) => scan(`${number}.pdf`)));
    await sendingCount(3);
    expect(phases()).toEqual(['sending', 'sending', 'sending', 'waiting', 'waiting']);
    // Their hashes are worked out side by side: whichever was done first.
    const [first] = server.sending;
    const item = () => queue.items().find(({ name }) => name === server.announced[0]?.name);
    first?.progress(3);
    expect(item()).toMatchObject({ sent: 3, size: 4 });
    expect(server.announced[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
    first?.done();
    await until(() => item()?.phase === 'ready');
    await sendingCount(4);
    expect(item()).toMatchObject({ uploadId: 'u1', failure: null });
  });

  it('follows the checks to their end, and says what they have found', async () => {
    server.finalized = ARRIVED;
    server.seen = [ARRIVED, new SendFailure(NO_ANSWER), { status: 'infected', failureCode: null, threatName: 'Eicar' }];
    queue.add([scan()]);
    await sendingCount(1);
    server.sending[0]?.done();
    await until(() => phases()[0] === 'arrived');
    await until(() => phases()[0] === 'infected');
    expect(queue.items()[0]).toMatchObject({ uploadId: null, failure: { threatName: 'Eicar' } });
  });

  it('asks again while another server process still looks at what arrived', async () => {
    server.unfinished = [PENDING, PENDING, new SendFailure(NO_ANSWER), ARRIVED];
    server.seen = [ARRIVED];
    const shown = new Set<Phase>();
    queue.subscribe(() => phases().forEach((phase) => shown.add(phase)));
    queue.add([scan()]);
    await sendingCount(1);
    server.sending[0]?.done();
    await until(() => phases()[0] === 'ready');
    expect([...shown]).toEqual(['waiting', 'sending', 'finishing', 'arrived', 'ready']);
  });

  it('says that nothing answers when what arrived is never looked at, and can be sent again', async () => {
    server.finalized = PENDING;
    const [key = ''] = queue.add([scan()]);
    await sendingCount(1);
    server.sending[0]?.done();
    await until(() => phases()[0] === 'failed');
    expect(queue.items()[0]).toMatchObject({ uploadId: null, failure: { code: NO_ANSWER }, canRetry: true });
    server.finalized = READY;
    queue.retry(key);
    await sendingCount(2);
    server.sending[1]?.done();
    await until(() => phases()[0] === 'ready');
  });

  it('stops what is cancelled, begins again on demand, and lets the next one go on', async () => {
    const [first = ''] = queue.add([scan('a.pdf'), scan('b.pdf'), scan('c.pdf'), scan('d.pdf')]);
    await sendingCount(3);
    queue.cancel(first);
    await sendingCount(4);
    expect(phases()).toEqual(['cancelled', 'sending', 'sending', 'sending']);
    server.sending[1]?.done();
    queue.retry(first);
    await sendingCount(5);
    expect(server.sending[4]?.intent.uploadId).toBe('u5');
  });

  it('uses the same form again after a lost connection, and another one when its link has run out', async () => {
    const [key = ''] = queue.add([scan()]);
    await sendingCount(1);
    server.sending[0]?.fail(new SendFailure(NO_ANSWER));
    await until(() => phases()[0] === 'failed');
    expect(queue.items()[0]).toMatchObject({ failure: { code: NO_ANSWER }, canRetry: true });
    queue.retryUnanswered();
    await sendingCount(2);
    expect(server.sending[1]?.intent.uploadId).toBe('u1');
    server.sending[1]?.fail(new SendFailure(LINK_EXPIRED));
    await sendingCount(3);
    expect(server.sending[2]?.intent.uploadId).toBe('u2');
    server.finalized = new SendFailure('content_type_mismatch', 'It is another type.');
    server.sending[2]?.done();
    await until(() => phases()[0] === 'failed');
    expect(queue.items()[0]?.failure).toMatchObject({ code: 'content_type_mismatch', detail: 'It is another type.' });
    queue.retry(key);
    await sendingCount(4);
    expect(server.sending[3]?.intent.uploadId).toBe('u3');
  });

  it('takes the type from the name where the system knows none', () => {
    expect(mimeOf({ name: 'IMG_1.HEIC', type: '' })).toBe('image/heic');
    expect(mimeOf({ name: 'scan.tif', type: '' })).toBe('image/tiff');
    expect(mimeOf({ name: 'notes.txt', type: 'text/plain' })).toBe('text/plain');
    expect(mimeOf({ name: 'README', type: '' })).toBe('application/octet-stream');
  });
});
