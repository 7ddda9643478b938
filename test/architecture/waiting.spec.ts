import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIBS = join(__dirname, '..', '..', 'libs');

/** Whatever makes a request wait for another one: a lock on a row, an advisory lock, a pause. */
const WAITS =
  /setLock\(|lock: \{ mode|\bfor (no key )?update\b(?! skip locked)|\bfor share\b|pg_advisory\w*lock|await sleep\(/;

/** Files in which nobody's rights have to be looked at again after waiting, and why. */
const NOBODY_S: Readonly<Record<string, string>> = {
  'database/src/migrate.ts': 'an upgrade',
  'jobs/src/worker-locks.ts': 'workers, on behalf of nobody',
  'jobs/src/lane-keeper.ts': 'workers, on behalf of nobody',
  'jobs/src/job-board.service.ts':
    'waits for a worker that buries a job; the job is looked at again, and found by its organisation',
  'transfer/src/target-database.ts': 'a command; takes a lock that is free, or none',
  'uploads/src/stored-files.ts': 'a backup or a move, which are commands',
  'auth/src/signing-keys.service.ts': 'keys are made by the product',
  'users/src/memberships.service.ts':
    'a sign-in: it waits for the account itself, and then finds the membership as it is',
  'users/src/account-register.service.ts':
    'an acceptance or a new password, which a token allows; whose own password it is, is asked with it',
  'uploads/src/check-waits.service.ts': 'what is waited for is asked for anew, as by another request',
  'uploads/src/upload-turns.ts': 'takes a lock that is free, or none',
  'invitations/src/acceptances.service.ts': 'a token allows it; whether its sender still may invite is looked at again',
  'idempotency/src/idempotency.service.ts': 'its interceptor looks again, before the work and before a repeated answer',
};

/** Source files that wait. Comments do not. */
function waiting(): { file: string; text: string }[] {
  return readdirSync(LIBS, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\/src\/.*\.ts$/.test(file) && !/\.spec\.ts$|\/migrations\//.test(file))
    .map((file) => ({ file, text: readFileSync(join(LIBS, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '') }))
    .filter(({ text }) => WAITS.test(text));
}

describe('whoever has waited', () => {
  it('is looked at again: each file that makes a request wait asks for it, or says here why not', () => {
    const found = waiting();
    expect(found.length).toBeGreaterThan(8);
    const silent = found.filter(({ text }) => !/rights\.(confirm|ofLink)\(/.test(text)).map(({ file }) => file);
    expect(silent.filter((file) => !(file in NOBODY_S))).toEqual([]);
    expect(Object.keys(NOBODY_S).filter((file) => !silent.includes(file))).toEqual([]);
  });
});
