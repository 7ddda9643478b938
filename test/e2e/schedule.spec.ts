import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { minuteOf, Schedule } from '#libs/jobs';

beforeAll(() => Logger.overrideLogger(false));
describe('what runs at fixed times', () => {
  /** A clock that stands half a second before a minute when it is first looked at. */
  function clockBefore(minute: string): () => Date {
    const began = performance.now();
    return () => new Date(new Date(minute).getTime() - 500 + performance.now() - began);
  }

  const crontab = '17 * * * * probe-hourly\n30 4 * * * probe-nightly\n* * * * * probe-always';
  let database: TestDatabase;
  let pool: Pool;
  /** All that there are: in this database nobody runs jobs. */
  const jobs = async () =>
    (
      await pool.query<{ name: string; at: Date }>(
        'select task_identifier as name, run_at as at from graphile_worker.jobs order by 1',
      )
    ).rows;
  /** What is asked of a data source here. */
  const query = async (statement: string, values: unknown[]) => (await pool.query<object>(statement, values)).rows;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.url });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  afterEach(() => pool.query('delete from graphile_worker._private_jobs'));

  /** So many processes from half a second before the minute on, until there are jobs. */
  async function run(ask: typeof query, minute: string, doneMinute: string, processes = 1): Promise<void> {
    const dataSource = { query: ask } as unknown as DataSource;
    const schedules = Array.from(
      { length: processes },
      () => new Schedule(crontab, minuteOf(new Date(doneMinute)), clockBefore(minute), dataSource, new Logger('test')),
    );
    while ((await jobs()).length === 0) await sleep(20);
    await Promise.all(schedules.map((schedule) => schedule.stop()));
  }

  it('is queued at its minute and no other, once for all processes', async () => {
    await run(query, '2031-05-04T10:17:00Z', '2031-05-04T10:16:00Z', 3);
    expect(await jobs()).toEqual([
      { name: 'probe-always', at: new Date('2031-05-04T10:17:00Z') },
      { name: 'probe-hourly', at: new Date('2031-05-04T10:17:00Z') },
    ]);
  });

  it('runs once, late, when its times have passed while the database was away', async () => {
    let failures = 1;
    const unreliable = (statement: string, values: unknown[]) =>
      failures-- > 0 ? Promise.reject(new Error('away')) : query(statement, values);
    await run(unreliable, '2031-05-05T06:30:00Z', '2031-05-05T03:20:00Z');
    expect(failures).toBe(-1);
    expect(await jobs()).toEqual([
      { name: 'probe-always', at: new Date('2031-05-05T06:30:00Z') },
      { name: 'probe-hourly', at: new Date('2031-05-05T06:17:00Z') },
      { name: 'probe-nightly', at: new Date('2031-05-05T04:30:00Z') },
    ]);
  });
});
