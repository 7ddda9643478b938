import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { ProblemDefinition } from '#libs/common';
import { FILE_WARNINGS, FileInspector, type InspectionResult } from './file-inspector';
import { type Answer, decodeAnswer, NOT_RECEIVED, READY } from './decoders/answer';
import type { Refusal } from './decoders/opened-file';
import { contentTypeMismatch, fileNotReadable, filePasswordProtected, fileTooComplex } from './inspection.errors';
import { processUse } from './process-watch';

/** What opening one file may take. */
export interface InspectionLimits {
  /** Of a file whose decoder counts for ever. A slow machine stretches no CPU time. */
  cpuSeconds: number;
  /** From start to end. Then the machine was slow, or the file took long to come: the file is not to blame. */
  seconds: number;
  memoryBytes: number;
  /** Files opened at once by this process; more wait. */
  concurrency: number;
}

export const INSPECTION_LIMITS: InspectionLimits = {
  cpuSeconds: 10,
  seconds: 120,
  memoryBytes: 768 * 1024 * 1024,
  concurrency: 3,
};

/** Of JavaScript objects; pictures lie outside the heap and count as memory of the process. */
const HEAP_MEGABYTES = 128;
const LOOK_MS = 50;
/** Four pictures of limited size; anything above comes from a process that is no longer ours. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** What a decoder dies of. Any other signal was sent by somebody. */
const CRASHES: readonly (NodeJS.Signals | null)[] = [
  'SIGSEGV',
  'SIGABRT',
  'SIGBUS',
  'SIGILL',
  'SIGFPE',
  'SIGTRAP',
  'SIGSYS',
];

/** Compiled; the tests run this file as TypeScript, and the program from `dist` as in production. */
const PROGRAM = __filename.endsWith('.ts')
  ? join(__dirname, '../../../dist/libs/inspection/src/decoders/process.js')
  : join(__dirname, 'decoders/process.js');

const PROBLEMS: Readonly<Record<Refusal, ProblemDefinition>> = {
  content_type_mismatch: contentTypeMismatch,
  file_not_readable: fileNotReadable,
  file_password_protected: filePasswordProtected,
  file_too_complex: fileTooComplex,
};

/** Limits, `slow` for the time on the clock, `answer` for the length of what the process says. */
type KillReason = 'memory' | 'time' | 'slow' | 'answer';

/**
 * Opens each file in a process of its own: decoders are large programs that read what strangers made. A hostile file can end or fill up
 * that process and nothing else; it has no environment and so no secret, and it is killed at limits of time and memory.
 */
export class ProcessFileInspector extends FileInspector implements OnApplicationShutdown {
  private readonly logger = new Logger('FileInspector');
  private readonly running = new Set<ChildProcess>();
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(private readonly limits: InspectionLimits = INSPECTION_LIMITS) {
    super();
    this.free = limits.concurrency;
  }

  /** @throws Error when the process or the content failed, and not the file */
  async inspect(content: Readable, file: { mime: string; sizeBytes: number }): Promise<InspectionResult> {
    // Heard from the beginning: an error that nobody listens for would end this process.
    const errors: unknown[] = [];
    content.on('error', (error) => errors.push(error));
    await this.takeTurn();
    try {
      const answer = await this.open(content, file, errors);
      return toResult(answer);
    } finally {
      content.destroy();
      this.endTurn();
    }
  }

  /** Ids of the processes that are running now. */
  get processIds(): number[] {
    return [...this.running].map(({ pid }) => pid ?? 0);
  }

  onApplicationShutdown(): void {
    for (const child of this.running) child.kill('SIGKILL');
  }

  private async open(
    content: Readable,
    { mime, sizeBytes }: { mime: string; sizeBytes: number },
    errors: unknown[],
  ): Promise<Answer> {
    if (errors.length > 0) throw errors[0];
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${HEAP_MEGABYTES}`, PROGRAM, mime, String(sizeBytes)],
      {
        cwd: '/',
        env: {},
        stdio: ['pipe', 'pipe', 'ignore'],
      },
    );
    this.running.add(child);
    let cause: KillReason | null = null;
    const kill = (why: KillReason) => {
      cause ??= why;
      child.kill('SIGKILL');
    };
    const watch = this.watch(child, kill);
    try {
      const [output] = await Promise.all([collect(child, () => kill('answer')), feed(content, child)]);
      if (errors.length > 0) throw errors[0];
      return this.judge(child, output, cause);
    } finally {
      watch.stop();
      this.running.delete(child);
    }
  }

  /** Kills the process once it is over a limit. */
  private watch(child: ChildProcess, kill: (why: KillReason) => void): { stop: () => void } {
    const { cpuSeconds, memoryBytes, seconds } = this.limits;
    const deadline = setTimeout(() => kill('slow'), seconds * 1000);
    let isLooking = false;
    const look = async () => {
      if (isLooking || child.pid === undefined) return;
      isLooking = true;
      const use = await processUse(child.pid);
      if (use && use.memoryBytes > memoryBytes) kill('memory');
      else if (use && use.cpuSeconds > cpuSeconds) kill('time');
      isLooking = false;
    };
    const looking = setInterval(() => void look(), LOOK_MS);
    return {
      stop: () => {
        clearTimeout(deadline);
        clearInterval(looking);
      },
    };
  }

  private judge({ exitCode, signalCode }: ChildProcess, output: Buffer, cause: KillReason | null): Answer {
    if (cause === 'slow') throw new Error(`A file could not be opened within ${this.limits.seconds} seconds`);
    if (cause) {
      this.logger.warn({ message: 'A file was over a limit while it was opened', limit: cause });
      return { refusal: 'file_too_complex' };
    }
    const isReady = output.toString('latin1', 0, READY.length) === READY;
    if (!isReady) throw new Error(`The inspecting process did not start (${signalCode ?? exitCode})`);
    if (exitCode === 0) return decodeAnswer(output.subarray(READY.length)) ?? { refusal: 'file_too_complex' };
    if (exitCode === NOT_RECEIVED) throw new Error('The inspecting process was not sent the file as recorded');
    if (exitCode === null && !CRASHES.includes(signalCode))
      throw new Error(`The inspecting process was ended (${signalCode})`);
    this.logger.warn({ message: 'A file made its decoder crash', exitCode, signalCode });
    return { refusal: 'file_too_complex' };
  }

  private async takeTurn(): Promise<void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((go) => this.waiting.push(go));
  }

  private endTurn(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}

/** Everything the process says, once it has ended. @throws Error when it cannot be started */
function collect(child: ChildProcess, onFlood: () => void): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  child.stdout?.on('data', (part: Buffer) => {
    size += part.length;
    if (size > MAX_ANSWER_BYTES) onFlood();
    else parts.push(part);
  });
  return new Promise((ended, failed) => {
    child.once('error', failed);
    child.once('close', () => ended(Buffer.concat(parts)));
  });
}

/** Sends the content. A process that does not read to the end says why by the way it ends. */
async function feed(content: Readable, child: ChildProcess): Promise<void> {
  try {
    if (child.stdin) await pipeline(content, child.stdin);
  } catch {
    // Half a file is no use to anybody.
    child.kill('SIGKILL');
  }
}

function toResult(answer: Answer): InspectionResult {
  if ('error' in answer) throw new Error(`A file could not be opened: ${answer.error}`);
  if ('refusal' in answer) return { refusal: PROBLEMS[answer.refusal] };
  const { facts, derivatives } = answer;
  const warnings = FILE_WARNINGS.filter((warning) => facts.warnings.includes(warning));
  return { inspection: { ...facts, warnings, derivatives } };
}
