import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What became of one backup; the newest row is the last backup. One that was killed has no row. */
@Entity('backups')
@Index('backups_ended_at_idx', ['endedAt'])
@Check('backups_outcome_check', `outcome in ('complete', 'failed')`)
export class Backup {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'backups_pkey' })
  id: string;

  @Column({ type: 'timestamptz', precision: 3 })
  startedAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  endedAt: Date;

  @Column('varchar', { length: 10 })
  outcome: 'complete' | 'failed';

  @Column('boolean')
  isEncrypted: boolean;

  /** Of the database. */
  @Column('bigint')
  rowCount: number;

  @Column('bigint')
  fileCount: number;

  /** As written, after compression and encryption. */
  @Column('bigint')
  bytes: number;
}
