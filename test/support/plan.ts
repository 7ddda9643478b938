import type { TestApp } from './test-app';

/** How PostgreSQL carries a statement out for whatever values. A small table it would read as a whole: asked is whether there is another way. */
export async function planOf({ database }: TestApp, statement: string): Promise<string> {
  const rows = await database.transaction(async (tx) => {
    for (const way of ['seqscan', 'sort', 'bitmapscan']) await tx.query(`set local enable_${way} = off`);
    return tx.query<{ 'QUERY PLAN': string }[]>(`explain (generic_plan) ${statement}`);
  });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
