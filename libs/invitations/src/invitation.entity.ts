import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Membership, Organization, User } from '#libs/users';

/** A membership that waits for its person. Removed when accepted or expired; what is offered, and to whom, the membership says. */
@Entity('invitations')
@Unique('invitations_token_hash_key', ['tokenHash'])
@Unique('invitations_membership_key', ['membershipId'])
@Check('invitations_role_check', `role in ('admin', 'office-admin', 'office-employee', 'crew-member')`)
@Index('invitations_organization_id_idx', ['organizationId', 'id'])
export class Invitation {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'invitations_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'invitations_organization_fkey' })
  organizationId: number;

  /** Null only in one that the version before has made, which nobody can accept. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => Membership, 'id', { name: 'invitations_membership_fkey' })
  membershipId: string | null;

  /** This and the next three are of the version before; the next release drops them. */
  @Column('varchar', { length: 250, nullable: true })
  email: string | null;

  @Column('varchar', { length: 100, nullable: true })
  firstName: string | null;

  @Column('varchar', { length: 100, nullable: true })
  lastName: string | null;

  @Column('varchar', { length: 20, nullable: true })
  role: string | null;

  /** Who invited, or sent it again last. Null: whoever runs the installation. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, 'uuid', { name: 'invitations_invited_by_fkey' })
  invitedByUserUuid: string | null;

  /** Null until the mail is written: the token exists in the mail only. */
  @Column('varchar', { length: 64, nullable: true })
  tokenHash: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('invitations_expires_at_idx')
  expiresAt: Date;
}
