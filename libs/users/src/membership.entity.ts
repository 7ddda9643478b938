import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from '#libs/auth';
import { Account } from './account.entity';
import { Organization } from './organization.entity';
import { User } from './user.entity';

export const MEMBERSHIP_STATES = ['active', 'deactivated'] as const;
export type MembershipState = (typeof MEMBERSHIP_STATES)[number];

/** Whether the person can sign in: the account behind the membership, or an open invitation. */
export const ACCESSES = ['none', 'invited', 'active'] as const;
export type Access = (typeof ACCESSES)[number];

/** What a person is in one organisation, and what the organisation keeps of them. */
@Entity('memberships')
@Unique('memberships_organization_user_key', ['organizationId', 'userUuid'])
@Unique('memberships_organization_email_key', ['organizationId', 'email'])
@Unique('memberships_account_organization_key', ['accountId', 'organizationId'])
@Index('memberships_search_idx', { synchronize: false })
@Index('memberships_organization_id_idx', ['organizationId', 'id'])
@Index('memberships_role_idx', ['organizationId', 'role', 'id'])
@Index('memberships_state_idx', ['organizationId', 'state', 'id'])
@Index('memberships_role_state_idx', ['organizationId', 'role', 'state', 'id'])
@Check('memberships_role_check', `role in ('admin', 'office-admin', 'office-employee', 'crew-member')`)
@Check('memberships_state_check', `state in ('active', 'deactivated')`)
export class Membership {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'memberships_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'memberships_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @Index('memberships_user_idx')
  @ForeignKey(() => User, 'uuid', { name: 'memberships_user_fkey' })
  userUuid: string;

  /** Who accepted it. Null: nobody yet. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => Account, 'id', { name: 'memberships_account_fkey' })
  accountId: string | null;

  /** Lower case, NFC. The account has the same. */
  @Column('varchar', { length: 250 })
  email: string;

  @Column('varchar', { length: 100 })
  firstName: string;

  @Column('varchar', { length: 100 })
  lastName: string;

  @Column('varchar', { length: 20 })
  role: Role;

  @Column('varchar', { length: 12 })
  state: MembershipState;

  /** The end of the open invitation. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  invitedUntil: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastLogin: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change but a sign-in. */
  @Column('integer', { default: 1 })
  revision: number;
}
