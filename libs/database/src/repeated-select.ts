import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** The texts of one select: its parameters are optional, so there is one for each combination of them. */
interface Built<E> {
  sql: string;
  /** Names of the parameters in the order of $1, $2, ... */
  names: string[];
  toEntity: (row: Row) => E;
}

type Row = Record<string, unknown>;

/** Stands for a value while the text is made. */
class Placeholder {
  constructor(readonly name: string) {}
}

/**
 * A select that is asked all day. TypeORM's query builder takes longer to write the text and to read the rows than everything else that
 * such a request does in this process (docs/performance.md), so it writes each text once, and the rows are read here: each column
 * into the property that the entity has for it, each joined entity into that of its relation.
 */
export class RepeatedSelect<P extends object, E extends ObjectLiteral> {
  private readonly built = new Map<string, Built<E>>();

  /** `build` may ask which parameters are given, and uses them as values; it must not look at the values. */
  constructor(private readonly build: (manager: EntityManager, given: P) => SelectQueryBuilder<E>) {}

  async getOne(manager: EntityManager, parameters: P): Promise<E | null> {
    const [first] = await this.getMany(manager, parameters);
    return first ?? null;
  }

  async getMany(manager: EntityManager, parameters: P, page = ''): Promise<E[]> {
    const { sql, names, toEntity } = this.builtFor(manager, parameters);
    const values = names.map((name) => parameters[name as keyof P]);
    const rows = await manager.query<Row[]>(sql + page, values);
    return rows.map(toEntity);
  }

  private builtFor(manager: EntityManager, parameters: P): Built<E> {
    const given = Object.keys(parameters).filter((name) => parameters[name as keyof P] !== undefined);
    const key = given.join();
    let built = this.built.get(key);
    if (!built) {
      const placeholders = Object.fromEntries(given.map((name) => [name, new Placeholder(name)])) as P;
      built = read(this.build(manager, placeholders));
      this.built.set(key, built);
    }
    return built;
  }
}

/** What a part of a row is made into. */
interface Part {
  create: () => ObjectLiteral;
  columns: { property: string; from: string }[];
  /** Null there: the row has no such part. */
  key: string;
  /** The property of the first part that holds this one. */
  holder: string | null;
}

function read<E extends ObjectLiteral>(select: SelectQueryBuilder<E>): Built<E> {
  const [sql, values] = select.getQueryAndParameters() as [string, Placeholder[]];
  const { mainAlias, joinAttributes } = select.expressionMap;
  const aliases = [
    { alias: mainAlias, holder: null },
    ...joinAttributes.map(({ alias, relation }) => ({ alias, holder: relation?.propertyName ?? null })),
  ];
  const parts = aliases.map(({ alias, holder }): Part => {
    if (!alias) throw new Error('A select of entities has aliases');
    const { target, columns, primaryColumns } = alias.metadata;
    const nameOf = (column: { databaseName: string }) => `${alias.name}_${column.databaseName}`;
    return {
      create: () => new (target as new () => ObjectLiteral)(),
      columns: columns
        .filter((column) => sql.includes(` AS "${nameOf(column)}"`))
        .map((column) => ({ property: column.propertyName, from: nameOf(column) })),
      key: primaryColumns.map(nameOf)[0] ?? '',
      holder,
    };
  });
  return { sql, names: values.map(({ name }) => name), toEntity: (row) => assemble(parts, row) as E };
}

function assemble([main, ...joined]: Part[], row: Row): ObjectLiteral {
  const entity = fill(main as Part, row);
  for (const part of joined) {
    if (part.holder !== null) entity[part.holder] = row[part.key] === null ? null : fill(part, row);
  }
  return entity;
}

function fill({ create, columns }: Part, row: Row): ObjectLiteral {
  const entity = create();
  for (const { property, from } of columns) entity[property] = row[from];
  return entity;
}
