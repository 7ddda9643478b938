import type { TestApp } from './test-app';

/** A job of the organisation (null: of none), by default of a name that no worker takes, with so many of twelve attempts behind it. */
export async function failedJob(
  { database }: TestApp,
  organizationId: number | null,
  attempts = 12,
  name = 'nobody.handles',
): Promise<number> {
  const flags = organizationId === null ? [] : [`${organizationId}`];
  const [row] = await database.query<{ id: number }[]>(
    `with added as (select * from graphile_worker.add_job($2, max_attempts => 12, flags => $1))
     select id from added`,
    [flags, name],
  );
  const id = Number(row?.id);
  await database.query('update graphile_worker._private_jobs set attempts = $2, last_error = $3 where id = $1', [
    id,
    attempts,
    'connect ECONNREFUSED 10.1.2.3:25',
  ]);
  return id;
}
