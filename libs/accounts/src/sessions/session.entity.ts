import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Membership, User } from '#libs/users';

/** One sign-in. All three tokens name it; when it has ended they are refused at once. */
@Entity('sessions')
export class Session {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'sessions_pkey' })
  id: string;

  @Column('uuid')
  @Index('sessions_user_idx')
  @ForeignKey(() => User, 'uuid', { name: 'sessions_user_fkey' })
  userUuid: string;

  @Column('uuid')
  @Index('sessions_membership_idx')
  @ForeignKey(() => Membership, 'id', { name: 'sessions_membership_fkey' })
  membershipId: string;

  /** Counts the refreshes; a refresh token of an older generation is a replay. */
  @Column('integer')
  refreshGeneration: number;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('sessions_expires_at_idx')
  expiresAt: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null;

  /** When tokens were given out last. Null in sessions of before this was kept. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  /** Where tokens were given out last. */
  @Column('varchar', { length: 45, nullable: true })
  address: string | null;

  @Column('varchar', { length: 200, nullable: true })
  userAgent: string | null;
}
