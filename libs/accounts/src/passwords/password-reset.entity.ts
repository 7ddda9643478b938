import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Account } from '#libs/users';

/** A wish for a new password. Also made for an address without an account, so that both take the same time. */
@Entity('password_resets')
@Unique('password_resets_token_hash_key', ['tokenHash'])
export class PasswordReset {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'password_resets_pkey' })
  id: string;

  /** The column has the name that the version before knows. */
  @Column('uuid', { name: 'user_uuid', nullable: true })
  @Index('password_resets_user_idx')
  @ForeignKey(() => Account, 'id', { name: 'password_resets_account_fkey' })
  accountId: string | null;

  /** Null until the mail is written: the token exists in the mail only. */
  @Column('varchar', { length: 64, nullable: true })
  tokenHash: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('password_resets_expires_at_idx')
  expiresAt: Date;
}
