/** What a table keeps of people, told by the lib whose table it is. Columns by their names in the database. */
export interface PersonalTable {
  table: string;
  /**
   * The column that says whose row it is, by the person's uuid; or the column (`by`, `id` when left out) of another told table, whose row says
   * it; null when only who knows the person can find it (a keyed hash of their address).
   */
  person: string | { column: string; of: string; by?: string } | null;
  /** What the person is given who asks for their data: what it says about them, in words, dates or numbers. */
  personal: readonly string[];
  /** Words from fixed lists, hashes and the like: nobody's once nobody knows whose row it was. */
  impersonal: readonly string[];
  /** Ids of uploads: the files are theirs too. */
  files?: readonly string[];
  /** What happens when a person is forgotten: the row goes, columns are emptied, or it is kept, and why that is right. */
  erasure: 'row' | { empty: readonly string[] } | { keptBecause: string };
}

const tables = new Map<string, PersonalTable>();

/**
 * Says of tables that they keep something of people. Called when a lib is loaded; test/e2e/personal-data.spec.ts fails on a table that no lib
 * tells of, and on a column that nobody has thought of.
 */
export function tellPersonalData(...told: PersonalTable[]): void {
  for (const table of told) tables.set(table.table, table);
}

/** All that the loaded libs tell of. */
export function personalTables(): PersonalTable[] {
  return [...tables.values()];
}
