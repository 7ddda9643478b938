const MICROSECONDS = 1000;

/**
 * How often systemd wants to hear that this process lives, in milliseconds: half of the unit's WatchdogSec (sd_watchdog_enabled(3)). Null where nobody
 * waits for it.
 */
export function watchdogPeriod(source: Record<string, string | undefined> = process.env): number | null {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = source;
  const period = Number(WATCHDOG_USEC) / MICROSECONDS / 2;
  const isForUs = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  return NOTIFY_SOCKET && period > 0 && isForUs ? period : null;
}
