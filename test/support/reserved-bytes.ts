import type { TestApp } from './test-app';

/** What is reserved for an organisation's files, without what was taken of its quota in advance. */
export async function reservedBytes({ database }: TestApp, organizationId: number): Promise<number> {
  const [row] = await database.query<{ bytes: number }[]>(
    `select (reserved_bytes - (select coalesce(sum(free_bytes), 0) from upload_advances where organization_id = $1))::bigint as bytes
     from upload_usage where organization_id = $1`,
    [organizationId],
  );
  return row?.bytes ?? 0;
}
