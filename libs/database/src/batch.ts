import type { EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';

type ColumnMetadata = EntityMetadata['columns'][number];
type Row = Record<string, unknown>;
type Receive = (row: Row) => void;

interface Part {
  sql: string;
  values: unknown[];
  steps: Steps;
}

/** Statements that are carried out before the one they are given with, which refers to them by their names; all have the same values. */
export type Steps = Readonly<Record<string, string>>;

interface Insertion {
  sql: string;
  columns: ColumnMetadata[];
  /** What the database makes. */
  generated: ColumnMetadata[];
}

/**
 * Writes that need nothing of each other's, sent as one statement: however many tables they fill, they cost one round trip, and without a
 * transaction around them they are one. Each round trip takes this process longer than all else it does for a new row
 * (docs/performance.md). Each lib adds what its own tables need, in any order. PostgreSQL checks foreign keys when all is written; what no
 * statement may do is to see, or change again, what another one of the batch has written.
 */
export class Batch {
  private readonly parts: Part[] = [];
  private readonly lists = new Map<string, unknown[]>();
  private readonly questions: (Part & { receive: Receive })[] = [];

  constructor(readonly manager: EntityManager) {}

  /** An insert, update or delete with values as $1, $2, ... */
  add(sql: string, values: unknown[]): this {
    this.parts.push({ sql, values, steps: {} });
    return this;
  }

  /** One that answers a row, with names that no other answer of the batch has. It may be a select, of a function or steps that do something. */
  ask(sql: string, values: unknown[], receive: Receive, steps: Steps = {}): this {
    this.questions.push({ sql, values, receive, steps });
    return this;
  }

  /** Rows for a statement that takes all of them as one JSON array, $1. */
  addToList(sql: string, rows: readonly unknown[]): this {
    const list = this.lists.get(sql);
    if (list) list.push(...rows);
    else if (rows.length > 0) this.lists.set(sql, [...rows]);
    return this;
  }

  /** A row whose columns are all given, but for those that the database makes: these are put into `row`. */
  insert<E extends ObjectLiteral>(entity: EntityTarget<E>, row: E): this {
    const { sql, columns, generated } = insertionOf(this.manager, entity);
    const values = columns.map((column) => valueOf(column, row));
    if (generated.length === 0) return this.add(sql, values);
    return this.ask(sql, values, (made) => {
      for (const { databaseName, propertyName } of generated) (row as Row)[propertyName] = made[databaseName];
    });
  }

  /** Changes these columns of the row whose `key` has this value. */
  update<E extends ObjectLiteral>(
    entity: EntityTarget<E>,
    key: keyof E & string,
    id: unknown,
    change: Partial<E>,
  ): this {
    const { tableName, columns } = this.manager.dataSource.getMetadata(entity);
    const changed = columns.filter(({ propertyName }) => propertyName in change);
    const keyColumn = columns.find(({ propertyName }) => propertyName === key);
    if (!keyColumn || changed.length === 0) throw new Error(`Nothing of ${tableName} to change`);
    const assignments = changed.map(({ databaseName }, i) => `"${databaseName}" = $${i + 2}`);
    const sql = `update "${tableName}" set ${assignments.join(', ')} where "${keyColumn.databaseName}" = $1`;
    return this.add(sql, [id, ...changed.map((column) => valueOf(column, change))]);
  }

  async send(): Promise<void> {
    const parts = [...this.parts];
    for (const [sql, rows] of this.lists) parts.push({ sql, values: [JSON.stringify(rows)], steps: {} });
    parts.push(...this.questions);
    if (parts.length === 0) return;
    const sql = composed(parts, this.questions.length);
    const values = parts.flatMap((part) => part.values);
    const [answer] = await this.manager.query<Row[]>(sql, values);
    for (const { receive } of answer ? this.questions : []) receive(answer as Row);
  }
}

/** A batch of one row. */
export function insertRow<E extends ObjectLiteral>(tx: EntityManager, entity: EntityTarget<E>, row: E): Promise<void> {
  return new Batch(tx).insert(entity, row).send();
}

const insertions = new Map<unknown, Insertion>();

/** The text is the same for every row of a table and is made once; TypeORM would write it anew each time. */
function insertionOf(tx: EntityManager, entity: EntityTarget<ObjectLiteral>): Insertion {
  let insertion = insertions.get(entity);
  if (!insertion) {
    const { tableName, columns: all } = tx.dataSource.getMetadata(entity);
    const generated = all.filter(({ isGenerated }) => isGenerated);
    const columns = all.filter(({ isGenerated }) => !isGenerated);
    const names = columns.map(({ databaseName }) => `"${databaseName}"`);
    const places = columns.map((_, i) => `$${i + 1}`);
    const returning = generated.map(({ databaseName }) => `"${databaseName}"`).join(', ');
    const sql = `insert into "${tableName}" (${names.join(', ')}) values (${places.join(', ')})`;
    insertion = { sql: returning ? `${sql} returning ${returning}` : sql, columns, generated };
    insertions.set(entity, insertion);
  }
  return insertion;
}

/** pg would write a JSON array as an array of PostgreSQL. @throws Error for a column that was forgotten */
function valueOf({ type, propertyName }: ColumnMetadata, row: ObjectLiteral): unknown {
  const value = row[propertyName] as unknown;
  if (value === undefined) throw new Error(`${propertyName} is not given`);
  return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
}

/** The text that was composed of the texts on the way to here; the product has few such sequences. */
interface Shape {
  sql: string | null;
  next: Map<string, Shape>;
}

/** By the number of parts at the end that answer. */
const shapes: Shape[] = [];

function composed(parts: Part[], answers: number): string {
  let shape = (shapes[answers] ??= { sql: null, next: new Map() });
  for (const { sql, steps } of parts) {
    for (const text of [...Object.values(steps), sql]) {
      let next = shape.next.get(text);
      if (!next) shape.next.set(text, (next = { sql: null, next: new Map() }));
      shape = next;
    }
  }
  return (shape.sql ??= compose(parts, answers));
}

/** Every write in a WITH is carried out, asked for or not (PostgreSQL documentation, 7.8.4). */
function compose(parts: Part[], answers: number): string {
  let places = 0;
  const statements = parts.flatMap(({ sql, values, steps }, i) => {
    const before = places;
    places += values.length;
    const own = Object.entries({ ...steps, [`part_${i + 1}`]: sql });
    return own.map(([name, text]) => ({
      name,
      text: text.replace(/\$(\d+)/g, (_, place: string) => `$${Number(place) + before}`),
    }));
  });
  const questions = parts.map((_, i) => `part_${i + 1}`).slice(parts.length - answers);
  const main = answers > 0 ? `select * from ${questions.join(', ')}` : statements.pop()?.text;
  const named = statements.map(({ name, text }) => `${name} as (${text})`);
  return named.length > 0 ? `with ${named.join(', ')} ${main}` : `${main}`;
}
