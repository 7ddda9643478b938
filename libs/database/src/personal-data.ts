/** What a table keeps of people, told by the lib whose table it is. */
export interface PersonalTable {
  table: string;
  /** The column that says whose row it is; of another table when it is that one's row that says it. */
  person: string | { column: string; of: string };
  /** Columns that hold something about a person, in words, numbers or dates of theirs: what they are given when they ask for their data. */
  personal: readonly string[];
  /** Columns with the id of an upload: the file is theirs too. */
  files?: readonly string[];
  /**
   * What happens with it when a person is forgotten: the row goes; some columns are emptied; or it is kept, and why that is right.
   */
  erasure: 'row' | { empty: readonly string[] } | { keptBecause: string };
}

const tables = new Map<string, PersonalTable>();

/**
 * Says of a table that it keeps something of people. Called when the lib is loaded; test/e2e/personal-data.spec.ts fails on a table that
 * does and is not told of, or on a column that no one has thought of.
 */
export function tellPersonalData(...told: PersonalTable[]): void {
  for (const table of told) tables.set(table.table, table);
}

/** All that the loaded libs tell of. */
export function personalTables(): PersonalTable[] {
  return [...tables.values()];
}
