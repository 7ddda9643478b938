import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What another process has used so far. */
export interface ProcessUse {
  /** The most memory that it had at once; elsewhere than on Linux, what it has now. */
  memoryBytes: number;
  cpuSeconds: number;
}

/** Of every Linux, whatever the kernel counts in itself. */
const TICKS_PER_SECOND = 100;

/** Null when there is no such process (any more). */
export async function processUse(pid: number): Promise<ProcessUse | null> {
  try {
    return process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  } catch {
    return null;
  }
}

async function fromProc(pid: number): Promise<ProcessUse> {
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'latin1'),
    readFile(`/proc/${pid}/stat`, 'latin1'),
  ]);
  const kilobytes = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]);
  // After the name, which may hold spaces; the 12th and 13th field from there are the ticks of user and system time (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    memoryBytes: kilobytes * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
  };
}

async function fromPs(pid: number): Promise<ProcessUse> {
  const { stdout } = await run('ps', ['-o', 'rss=,time=', '-p', String(pid)]);
  const [kilobytes, time = ''] = stdout.trim().split(/\s+/);
  return { memoryBytes: Number(kilobytes) * 1024, cpuSeconds: seconds(time) };
}

/** Of `[[days-]hours:]minutes:seconds`. */
function seconds(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) + Number(days) * 86_400;
}
