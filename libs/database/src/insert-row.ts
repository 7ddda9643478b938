import type { EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';

type ColumnMetadata = EntityMetadata['columns'][number];

interface Insertion {
  sql: string;
  columns: ColumnMetadata[];
  /** What the database makes. */
  generated: ColumnMetadata[];
}

const insertions = new Map<unknown, Insertion>();

/**
 * `tx.insert` for a row whose columns are all given, but for those that the database makes: these are put into `row`. The text is the
 * same for every row of a table and is made once; TypeORM would write it anew each time, which takes longer than the statement itself
 * (docs/performance.md).
 */
export async function insertRow<E extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<E>,
  row: E,
): Promise<void> {
  let insertion = insertions.get(entity);
  if (!insertion) insertions.set(entity, (insertion = insertionOf(tx, entity)));
  const values = insertion.columns.map((column) => valueOf(column, row));
  const [made = {}] = await tx.query<Record<string, unknown>[]>(insertion.sql, values);
  for (const { databaseName, propertyName } of insertion.generated) {
    (row as ObjectLiteral)[propertyName] = made[databaseName];
  }
}

function insertionOf(tx: EntityManager, entity: EntityTarget<ObjectLiteral>): Insertion {
  const { tableName, columns: all } = tx.dataSource.getMetadata(entity);
  const generated = all.filter(({ isGenerated }) => isGenerated);
  const columns = all.filter(({ isGenerated }) => !isGenerated);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const places = columns.map((_, i) => `$${i + 1}`);
  const returning = generated.map(({ databaseName }) => `"${databaseName}"`).join(', ');
  const sql = `insert into "${tableName}" (${names.join(', ')}) values (${places.join(', ')})`;
  return { sql: returning ? `${sql} returning ${returning}` : sql, columns, generated };
}

/** pg would write a JSON array as an array of PostgreSQL. @throws Error for a column that was forgotten */
function valueOf({ type, propertyName }: ColumnMetadata, row: ObjectLiteral): unknown {
  const value = row[propertyName] as unknown;
  if (value === undefined) throw new Error(`${propertyName} is not given`);
  return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
}
