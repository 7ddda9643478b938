import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The first answer to a request that was sent with an Idempotency-Key. Nothing in it can be read without SECRET_KEY. */
@Entity('stored_answers')
export class StoredAnswer {
  /** Keyed hash of the caller and their key. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'stored_answers_pkey' })
  id: Buffer;

  @Column('bigint')
  organizationId: number;

  /** Keyed hash of what was asked. */
  @Column('bytea')
  fingerprint: Buffer;

  /** Encrypted: answers carry presigned URLs. */
  @Column('bytea')
  answer: Buffer;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('stored_answers_expires_at_idx')
  expiresAt: Date;
}
