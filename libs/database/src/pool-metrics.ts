import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { Telemetry } from '#libs/telemetry';
import { JoiningDataSource } from './joining-data-source';

/** Up to DATABASE_WAIT_SECONDS as it usually is. */
const BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Taken = (error: Error | undefined, client: PoolClient | undefined, release: (error?: unknown) => void) => void;

/** What requests and jobs wait for a connection, and what becomes of the connections. */
@Injectable()
export class PoolMetrics implements OnModuleInit {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly telemetry: Telemetry,
  ) {}

  onModuleInit(): void {
    const { dataSource } = this;
    if (!this.telemetry.isMeasuring || !(dataSource instanceof JoiningDataSource)) return;
    const pools: Record<string, Pool> = { primary: dataSource.pool };
    if (dataSource.replica) pools['replica'] = dataSource.replica.pool;
    for (const [name, pool] of Object.entries(pools)) this.timeWaits(name, pool);
    this.countConnections(pools);
  }

  private timeWaits(name: string, pool: Pool): void {
    const waits = this.telemetry.meter.createHistogram('credence_database_wait_seconds', {
      description: 'How long a statement or transaction waits for a connection of the pool',
      advice: { explicitBucketBoundaries: BOUNDARIES },
    });
    const attributes = { pool: name };
    const connect = pool.connect.bind(pool) as (taken: Taken) => void;
    pool.connect = ((taken?: Taken) => {
      const from = performance.now();
      const note = () => waits.record((performance.now() - from) / 1000, attributes);
      if (taken) {
        return connect((...given) => {
          note();
          taken(...given);
        });
      }
      return new Promise<PoolClient>((resolve, reject) => {
        connect((error, client) => {
          note();
          if (client) resolve(client);
          else reject(error ?? new Error('The pool has no connection'));
        });
      });
    }) as Pool['connect'];
  }

  private countConnections(pools: Record<string, Pool>): void {
    const connections = this.telemetry.meter.createObservableGauge('credence_database_connections', {
      description: 'Connections of the pool, by whether they are in use',
    });
    const waiting = this.telemetry.meter.createObservableGauge('credence_database_waiting', {
      description: 'Statements and transactions that wait for a connection at this moment',
    });
    this.telemetry.meter.addBatchObservableCallback(
      (result) => {
        for (const [pool, { totalCount, idleCount, waitingCount }] of Object.entries(pools)) {
          result.observe(connections, totalCount - idleCount, { pool, state: 'used' });
          result.observe(connections, idleCount, { pool, state: 'idle' });
          result.observe(waiting, waitingCount, { pool });
        }
      },
      [connections, waiting],
    );
  }
}
