import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Membership, Organization } from '#libs/users';

/** How far a person's papers are (given by contract C). */
export const PROFILE_STATES = ['incomplete', 'in_review', 'action_needed', 'approved'] as const;
export type ProfileState = (typeof PROFILE_STATES)[number];

/**
 * How many of a member's papers are in which state of review, and what follows from it for the profile. The database counts with every
 * change of a verification, so that the roster can be read by state; the product only reads (ADR 0086).
 */
@Entity('profile_counts')
@Unique('profile_counts_person_key', ['organizationId', 'userUuid'])
@Index('profile_counts_state_idx', ['organizationId', 'state', 'membershipId'])
@Check('profile_counts_state_check', `state in ('incomplete', 'in_review', 'action_needed', 'approved')`)
export class ProfileCounts {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'profile_counts_pkey' })
  @ForeignKey(() => Membership, 'id', { name: 'profile_counts_membership_fkey', onDelete: 'CASCADE' })
  membershipId: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'profile_counts_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  userUuid: string;

  @Column('integer', { default: 0 })
  notSubmitted: number;

  @Column('integer', { default: 0 })
  pending: number;

  @Column('integer', { default: 0 })
  verified: number;

  @Column('integer', { default: 0 })
  rejected: number;

  /** Any rejected: action_needed; nothing on record, or something announced that never arrived: incomplete; then any pending: in_review. */
  @Column('varchar', { length: 13 })
  state: ProfileState;
}
