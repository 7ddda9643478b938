// wrk, the load of choice (ADR 0103): Debian's package.
import { spawnSync } from 'node:child_process';

const INSTALL = 'timeout 60 apt-get update && timeout 120 apt-get install -y --no-install-recommends wrk';

/** `wrk debian/4.1.0-3+b2`, as it names itself; undefined where there is none, and none can be installed unasked: by root, with Debian's packages. */
export function findWrk() {
  if (!version() && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('sh', ['-c', INSTALL], { env, stdio: 'ignore' });
  }
  return version();
}

const version = () => /^wrk \S+/.exec(spawnSync('wrk', ['-v'], { encoding: 'utf8' }).stdout ?? '')?.[0];
