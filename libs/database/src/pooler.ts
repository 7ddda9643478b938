import { randomBytes } from 'node:crypto';
import { Client, type QueryResult } from 'pg';

const ROUNDS = 5;
/** "Error Codes" of the PostgreSQL documentation: a prepared statement of that name exists, or does not. */
const NAME_MIXED_UP = ['42P05', '26000'];

/** What becomes of a connection's session on its way to PostgreSQL. */
export interface Passage {
  /** Advisory locks and LISTEN last as long as the connection. */
  keepsSession: boolean;
  /** Prepared statements can be used. */
  keepsPrepared: boolean;
  /** The longest that a statement may take, as PostgreSQL says it; 0: for ever. */
  statementTimeout: string;
}

/** Finds out by trying: a pooler in transaction mode takes `LISTEN` and locks without a word, and loses them. */
export async function passageTo(connectionString: string): Promise<Passage> {
  const options = { connectionString, statement_timeout: 30_000 };
  const [one, other] = [new Client(options), new Client(options)];
  await one.connect();
  try {
    const statementTimeout = (await one.query<{ statement_timeout: string }>('show statement_timeout')).rows[0];
    const found = { statementTimeout: statementTimeout?.statement_timeout ?? '0' };
    // A pooler answers the connection with a number of its own.
    const isDirect = (one as Client & { processID: number }).processID === (await backendOf(one));
    if (isDirect) return { ...found, keepsSession: true, keepsPrepared: true };
    await other.connect();
    return { ...found, keepsSession: await keepSessions(one, other), keepsPrepared: await keepPrepared(one, other) };
  } finally {
    await Promise.all([one.end(), other.end().catch(() => undefined)]);
  }
}

async function backendOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid ?? 0;
}

/** Two open connections with one session between them, or one that changes it, belong to a pool of transactions. */
async function keepSessions(one: Client, other: Client): Promise<boolean> {
  const first = await backendOf(one);
  for (let round = 0; round < ROUNDS; round += 1) {
    if ((await backendOf(other)) === first || (await backendOf(one)) !== first) return false;
  }
  return true;
}

/** Each connection has a statement of its own under the same name. */
async function keepPrepared(one: Client, other: Client): Promise<boolean> {
  const name = `passage_${randomBytes(6).toString('hex')}`;
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers: QueryResult<{ who: string }>[] = [
        await one.query({ name, text: `select 'one' as who` }),
        await other.query({ name, text: `select 'other' as who` }),
      ];
      if (answers.map(({ rows }) => rows[0]?.who).join() !== 'one,other') return false;
    }
    return true;
  } catch (error) {
    if (NAME_MIXED_UP.includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  }
}
