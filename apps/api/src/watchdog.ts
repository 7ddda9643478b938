import { execFile } from 'node:child_process';
import type { Logger } from 'pino';

const TOOL = 'systemd-notify';

/**
 * Tells systemd that this process still works off its events, as WatchdogSec in its unit wants; systemd starts it anew when it does not. By
 * systemd's own tool, since Node cannot send to such a socket: the unit needs `NotifyAccess=all`.
 */
export function feedWatchdog(logger: Logger, periodMs: number): void {
  let isTold = false;
  const feed = () => {
    execFile(TOOL, ['WATCHDOG=1'], { timeout: periodMs }, (error) => {
      if (error && !isTold) logger.warn({ context: 'Watchdog', reason: error.message }, `${TOOL} does not work`);
      isTold = error !== null;
    });
  };
  feed();
  setInterval(feed, periodMs).unref();
}
