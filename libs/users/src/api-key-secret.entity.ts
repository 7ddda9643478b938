import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ApiKey } from './api-key.entity';

/** A secret of a key: one, or two while the next one takes over. Deleting a key deletes them. */
@Entity('api_key_secrets')
export class ApiKeySecret {
  /** SHA-256 in hex. No salt and no slow hash: 256 random bits cannot be guessed. */
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'api_key_secrets_pkey' })
  hash: string;

  @Column('uuid')
  @Index('api_key_secrets_api_key_idx')
  @ForeignKey(() => ApiKey, 'id', { name: 'api_key_secrets_api_key_fkey' })
  apiKeyId: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Set when its successor is made. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null;
}
