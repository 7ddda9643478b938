import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '#libs/users';

/** What a challenge is for; one for one thing is not good for another. */
export const PURPOSES = ['sign-in', 'passkey', 'authenticator-app'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Something begun that the person has a few minutes to finish, once: a sign-in, the adding of a factor. */
@Entity('second_factor_challenges')
@Check('second_factor_challenges_purpose_check', `purpose in ('sign-in', 'passkey', 'authenticator-app')`)
export class Challenge {
  /** SHA-256 of the token, in hex. The token is at the same time what a passkey signs. */
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'second_factor_challenges_pkey' })
  tokenHash: string;

  @Column('uuid')
  @Index('second_factor_challenges_account_idx')
  @ForeignKey(() => Account, 'id', { name: 'second_factor_challenges_account_fkey' })
  accountId: string;

  @Column('varchar', { length: 20 })
  purpose: Purpose;

  /** Of a sign-in: the person of whom the trail tells it, and the organisation where. */
  @Column('uuid', { nullable: true })
  userUuid: string | null;

  @Column('bigint', { nullable: true })
  organizationId: number | null;

  /** Of a sign-in: with another password it is over. */
  @Column('varchar', { length: 64, nullable: true })
  passwordDigest: string | null;

  /** Of a sign-in: strangers elsewhere do not use up its attempts. */
  @Column('boolean', { default: false })
  isKnownAddress: boolean;

  /** Of an authenticator app: the secret that is to be confirmed with a code. */
  @Column('bytea', { nullable: true })
  sealedSecret: Buffer | null;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('second_factor_challenges_expires_at_idx')
  expiresAt: Date;
}
