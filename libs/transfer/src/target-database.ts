import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { UNFINISHED_TRANSFER } from '#libs/database';
import {
  connectTo,
  digestOf,
  isEmpty,
  listTables,
  type SequencePosition,
  type TableDigest,
  type TransferTable,
} from './catalogue';
import { removeForLoading } from './loading-ddl';
import { TransferIncomplete, TransferRefused } from './transfer.errors';

const PLAN = UNFINISHED_TRANSFER;
/** Any constant; whoever holds this lock is the one process that fills the database. */
const LOCK = 4_703_114;
const LOCK_TRIES = 20;
const LOCK_PAUSE_MS = 250;

/** What a worker had in hand when the copy was made is to be done again. */
const FREE_JOBS = `
  update graphile_worker._private_jobs set locked_at = null, locked_by = null where locked_by is not null;
  update graphile_worker._private_job_queues set locked_at = null, locked_by = null where locked_by is not null`;

interface Step {
  position: number;
  statement: string;
}

/**
 * A database that a registry is being copied into. What has been done is kept in a schema of its own there, step by step, in the step's own
 * transaction: whoever comes after a killed process goes on with the next one. While that schema is there, the product does not start
 * on this database. Tables are filled without their indexes and constraints, which are made afterwards, as pg_restore does.
 */
export class TargetDatabase {
  private constructor(private readonly client: Client) {}

  static async connect(ownerUrl: string): Promise<TargetDatabase> {
    return new TargetDatabase(await connectTo(ownerUrl));
  }

  end(): Promise<void> {
    return this.client.end();
  }

  /** Of two that copy into one database at once the second is sent away. A killed one is noticed after a moment. @throws TransferRefused */
  async requireAlone(): Promise<void> {
    for (let left = LOCK_TRIES; ; left -= 1) {
      const { rows } = await this.client.query<{ isOurs: boolean }>('select pg_try_advisory_lock($1) as "isOurs"', [
        LOCK,
      ]);
      if (rows[0]?.isOurs) return;
      if (left === 0)
        throw new TransferRefused('Another process is copying a registry into this database at this moment.');
      await sleep(LOCK_PAUSE_MS);
    }
  }

  /** The copy that was begun here and not finished; null when there is none. */
  async unfinished(): Promise<string | null> {
    const { rows } = await this.client.query<{ plan: string | null }>('select to_regclass($1) as plan', [
      `${PLAN}.source`,
    ]);
    if (!rows[0]?.plan) return null;
    const { rows: source } = await this.client.query<{ id: string }>(`select id from ${PLAN}.source`);
    return source[0]?.id ?? null;
  }

  /** @throws TransferRefused unless there is nothing here, or the beginnings of the same copy */
  async requireFree(source: string | null): Promise<void> {
    const unfinished = await this.unfinished();
    if (unfinished !== null && unfinished === source) return;
    if (unfinished !== null) {
      throw new TransferRefused(
        'The database holds the beginnings of another copy of a registry, which are of no use any more. Drop it and make an empty one.',
      );
    }
    if (await isEmpty(this.client)) return;
    throw new TransferRefused('The database is not empty: it already holds a registry. Name an empty one.');
  }

  /** Prepares an empty schema for being filled. Repeated after an interruption, it changes nothing. */
  async begin(source: string): Promise<void> {
    if ((await this.unfinished()) === source) return;
    const { client } = this;
    await this.inTransaction(async () => {
      await client.query(`
        create schema ${PLAN};
        create table ${PLAN}.source (id uuid primary key, files_after bigint not null default 0);
        create table ${PLAN}.loaded (name text primary key, rows bigint not null, hash text not null);
        create table ${PLAN}.step (position int generated always as identity primary key, statement text not null, is_done boolean not null default false)`);
      await client.query(`insert into ${PLAN}.source (id) values ($1)`, [source]);
      const putBack = await removeForLoading(client);
      await client.query(`insert into ${PLAN}.step (statement) select unnest($1::text[])`, [putBack]);
      for (const { name } of await listTables(client)) await client.query(`delete from ${name}`);
    });
  }

  /** The tables that are filled, and with what. */
  async loaded(): Promise<Map<string, TableDigest>> {
    const { rows } = await this.client.query<TableDigest & { name: string }>(
      `select name, rows, hash from ${PLAN}.loaded`,
    );
    return new Map(rows.map(({ name, rows: count, hash }) => [name, { rows: Number(count), hash }]));
  }

  /** Fills a table, all of it or not at all, with what COPY has written elsewhere; `digest` is asked afterwards what that was. */
  async load({ name, columns }: TransferTable, content: Readable, digest: () => Promise<TableDigest>): Promise<void> {
    await this.inTransaction(async () => {
      await pipeline(content, this.client.query(copyFrom(`copy ${name} (${columns.join(', ')}) from stdin`)));
      const { rows, hash } = await digest();
      await this.client.query(`insert into ${PLAN}.loaded (name, rows, hash) values ($1, $2, $3)`, [name, rows, hash]);
    });
  }

  /** Puts back what was removed for loading, and the sequences where they stood. */
  async complete(sequences: SequencePosition[], onStep: (done: number, all: number) => void): Promise<void> {
    const { rows: steps } = await this.client.query<Step>(
      `select position, statement from ${PLAN}.step where not is_done order by position`,
    );
    for (const [i, { position, statement }] of steps.entries()) {
      await this.inTransaction(async () => {
        await this.client.query(statement);
        await this.client.query(`update ${PLAN}.step set is_done = true where position = $1`, [position]);
      });
      onStep(i + 1, steps.length);
    }
    for (const { name, last, isCalled } of sequences) {
      await this.client.query('select setval($1, $2::bigint, $3)', [name, last, isCalled]);
    }
  }

  /** How far files have come, by the number of the last upload whose files are all there. */
  async filesAfter(): Promise<number> {
    const { rows } = await this.client.query<{ after: string }>(`select files_after as after from ${PLAN}.source`);
    return Number(rows[0]?.after);
  }

  async noteFilesAfter(number: number): Promise<void> {
    await this.client.query(`update ${PLAN}.source set files_after = $1`, [number]);
  }

  /** @throws TransferIncomplete when a table is not what it is elsewhere */
  async requireEqual(table: TransferTable, there: TableDigest): Promise<void> {
    const here = await this.digest(table);
    if (here.rows === there.rows && here.hash === there.hash) return;
    throw new TransferIncomplete(
      `${table.name} is not what it was: ${there.rows} rows (hash ${there.hash}) there, ${here.rows} rows (hash ${here.hash}) here.`,
    );
  }

  digest(table: TransferTable): Promise<TableDigest> {
    return digestOf(this.client, table);
  }

  /** From now on the product starts here. */
  async finish(): Promise<void> {
    await this.client.query('analyze');
    await this.inTransaction(async () => {
      await this.client.query(FREE_JOBS);
      await this.client.query(`drop schema ${PLAN} cascade`);
    });
  }

  private async inTransaction(work: () => Promise<void>): Promise<void> {
    await this.client.query('begin');
    try {
      await work();
      await this.client.query('commit');
    } catch (error) {
      await this.client.query('rollback').catch(() => undefined);
      throw error;
    }
  }
}
