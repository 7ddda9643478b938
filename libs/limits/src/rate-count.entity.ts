import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How much of a minute's requests, or an hour's new records, all processes together have reserved. Unlogged: after a crash everybody starts anew. */
@Entity('rate_counts')
export class RateCount {
  /** A keyed digest: neither a person nor an address can be read from it. */
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'rate_counts_pkey' })
  key: string;

  /** When they began to be counted. */
  @Column({ type: 'timestamptz', precision: 3 })
  @Index('rate_counts_minute_idx')
  minute: Date;

  @Column('integer')
  reserved: number;
}
