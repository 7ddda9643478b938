import type { Duplex } from 'node:stream';
import { Client, type ClientConfig, Query } from 'pg';
import { traceStatement } from './trace-statement';

const plainQuery = Reflect.get(Client.prototype, 'query') as (this: Client, ...args: unknown[]) => unknown;

type Callback = (error: Error | null | undefined, result?: unknown) => void;

/** What pg says when `query_timeout` is over. */
const NO_ANSWER = 'Query read timeout';

/**
 * A connection on which requests are worked off. Where no answer comes within `query_timeout`, from a server that has gone away without a word,
 * the connection is broken off: pg would give the next statement to it, which would wait behind the first one.
 */
export class RequestClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // A connection that breaks tells everybody who listens, and ends the process when nobody does, as when the pool hands it from one to the
    // next at that moment; the statement fails by itself.
    this.on('error', () => undefined);
  }

  // pg has ten signatures for this one method; what is not a text goes through untouched.
  override query = ((statement: unknown, values: unknown, callback?: Callback) => {
    if (typeof statement !== 'string' || typeof values === 'function') {
      return plainQuery.call(this, statement, values, callback);
    }
    if (callback) return this.send(statement, values as unknown[], callback);
    return new Promise((resolve, reject) => {
      this.send(statement, values as unknown[], (error, result) => (error ? reject(error) : resolve(result)));
    });
  }) as Client['query'];

  /** The name to prepare a statement with parameters under; undefined: it is not prepared. */
  protected nameOf(_text: string): string | undefined {
    return undefined;
  }

  private send(statement: string, values: unknown[] | undefined, callback: Callback): void {
    const answer = traceStatement(statement, callback);
    const query = new Query(statement, values, (error: Error | null | undefined, result: unknown) => {
      if (error?.message === NO_ANSWER) this.breakOff();
      answer(error, result);
    });
    // Given with the others, in an object, it would have pg copy that object property by property.
    if (values && values.length > 0) Object.assign(query, { name: this.nameOf(statement) });
    plainQuery.call(this, query);
  }

  private breakOff(): void {
    (this as unknown as { connection: { stream: Duplex } }).connection.stream.destroy();
  }
}
