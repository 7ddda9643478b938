/**
 * Collects the `and` conditions of a list. Only what is asked for stands in the statement: a plan for all filters at once, of which most
 * are switched off, would read the whole list. `?` becomes the next numbered parameter.
 */
export class Conditions {
  readonly values: unknown[] = [];
  private readonly parts: string[] = [];

  constructor(condition: string, ...values: unknown[]) {
    this.add(condition, ...values);
  }

  add(condition: string, ...values: unknown[]): void {
    const remaining = [...values];
    this.parts.push(condition.replace(/\?/g, () => this.parameter(remaining.shift())));
  }

  /** The number of a value that the statement needs elsewhere. */
  parameter(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  /**
   * The column holds one of some fixed words. It stands in the text itself, so that PostgreSQL plans for that very word when the statement
   * is prepared: one that few rows have needs another way than one that nearly all have. @throws Error for any other word
   */
  addWord<W extends string>(column: string, words: readonly W[], word: W): void {
    this.parts.push(`${column} = '${knownWord(column, words, word)}'`);
  }

  /**
   * The column holds any word but this one. In the text for the same reason; and not as a list of those that are wanted, for which PostgreSQL
   * would leave the index that is in the order of the list. @throws Error for any other word
   */
  addOtherWord<W extends string>(column: string, words: readonly W[], word: W): void {
    this.parts.push(`${column} <> '${knownWord(column, words, word)}'`);
  }

  get sql(): string {
    return this.parts.join(' and ');
  }
}

function knownWord<W extends string>(column: string, words: readonly W[], word: W): W {
  const known = words.find((each) => each === word);
  if (known === undefined) throw new Error(`${column} cannot be compared with a word that is not in its list`);
  return known;
}
