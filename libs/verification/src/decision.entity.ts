import { Check as Constraint, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Organization, User } from '#libs/users';
import { Check } from './check';
import { Submission } from './submission.entity';

/** A reviewer's word on one submission. At most one each: the unique key decides between two reviewers. */
@Entity('decisions')
@Unique('decisions_submission_key', ['submissionId'])
@Index('decisions_day_idx', ['organizationId', 'decidedAt', 'outcome'])
@Constraint('decisions_outcome_check', `outcome in ('verified', 'rejected')`)
export class Decision extends Check {
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
}
