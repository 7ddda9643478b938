import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds of CPU time that the living threads of a process have used so far (sched-stats of Linux). */
export function cpuNsOf(pid) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const each = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return each.reduce((sum, ns) => sum + ns, 0);
  } catch {
    // It has just ended.
    return 0;
  }
}
