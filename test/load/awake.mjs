// A virtual processor with nothing to do is handed back to the host, which may take its time to give it again. On a busy host two processes
// that slept a third of the time lost 21 and 27 % to it, and two that never slept, in between, 1 and 9 %; on a calm one 0.1 to 1.7 % and
// 0.1 to 0.4 %. How much this spares a bench on a busy host is not known: the host was calm when it was compared by turns.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { stolenMs } from './calm.mjs';

/** By default Linux shares a core between sessions first (sched(7): autogroup), and only among the processes of one does their priority count. */
const GIVE_WAY = 'while [ -w /proc/self/autogroup ] && ! echo 19 > /proc/self/autogroup; do sleep 0.1; done';
const LOOP = 'while kill -0 $PPID; do :; done';

/**
 * Keeps each core busy with a process that gives way to everything else (sched(7): SCHED_IDLE), where a host takes cores away and this can be
 * done; it ends with this process. Answers what stops it.
 */
export function keepAwake() {
  if (stolenMs() === 0 || !existsSync('/usr/bin/chrt')) return () => undefined;
  const children = Array.from({ length: availableParallelism() }, (_, core) =>
    spawn('taskset', ['-c', String(core), 'chrt', '--idle', '0', 'sh', '-c', `${GIVE_WAY}; ${LOOP}`], {
      stdio: 'ignore',
      // A session of its own.
      detached: true,
    }),
  );
  return () => children.forEach((child) => child.kill());
}
