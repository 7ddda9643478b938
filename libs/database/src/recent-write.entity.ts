import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Somebody has written in a transaction. Kept for an hour, and only where a replica is configured. */
@Entity('recent_writes')
export class RecentWrite {
  /** The person, or the API key. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'recent_writes_pkey' })
  authorUuid: string;

  /** PostgreSQL's own number of it (xid8): all processes see the same. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'recent_writes_pkey' })
  transactionId: number;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('recent_writes_at_idx')
  at: Date;
}
