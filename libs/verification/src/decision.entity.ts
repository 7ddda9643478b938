import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Organization, User } from '#libs/users';
import type { CheckMethod } from './check';
import { Submission } from './submission.entity';

/** A reviewer's word on one submission. At most one each: the unique key decides between two reviewers. */
@Entity('decisions')
@Unique('decisions_submission_key', ['submissionId'])
@Index('decisions_day_idx', ['organizationId', 'decidedAt', 'outcome'])
@Check('decisions_outcome_check', `outcome in ('verified', 'rejected')`)
export class Decision {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'decisions_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'decisions_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => Submission, 'id', { name: 'decisions_submission_fkey' })
  submissionId: string;

  @Column('varchar', { length: 8 })
  outcome: 'verified' | 'rejected';

  @Column('varchar', { length: 1000, nullable: true })
  reason: string | null;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'decisions_user_fkey' })
  decidedByUserUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  decidedAt: Date;

  @Column('varchar', { length: 16, nullable: true })
  method: CheckMethod | null;

  @Column('varchar', { length: 200, nullable: true })
  reference: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  checkedAt: Date | null;

  /** How many pages of the file the reviewer had before them, if a review desk has said so. */
  @Column('integer', { nullable: true })
  pagesShown: number | null;
}
