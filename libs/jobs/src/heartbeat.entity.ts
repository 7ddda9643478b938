import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process of the product that is running, or was until lately. Times are the database's: the clocks of several hosts differ. */
@Entity('heartbeats')
export class HeartbeatRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'heartbeats_pkey' })
  id: string;

  /** `api` or `worker`. */
  @Column({ type: 'varchar', length: 20 })
  kind: string;

  /** Host and process number, for people: `web-1:4711`. */
  @Column({ type: 'varchar', length: 100 })
  name: string;

  @Column({ type: 'varchar', length: 20 })
  version: string;

  /** Whether it works off the queue. */
  @Column({ type: 'boolean' })
  runsJobs: boolean;

  @Column({ type: 'timestamptz', precision: 3 })
  startedAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  beatAt: Date;
}
