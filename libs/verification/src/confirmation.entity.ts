import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Organization, User } from '#libs/users';
import { Check } from './check';
import { Submission } from './submission.entity';

/** The first word of two: somebody found that it is right, and a second person has to find so too. Written once, like a decision. */
@Entity('confirmations')
export class Confirmation extends Check {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'confirmations_pkey' })
  @ForeignKey(() => Submission, 'id', { name: 'confirmations_submission_fkey' })
  submissionId: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'confirmations_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'confirmations_user_fkey' })
  confirmedByUserUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  confirmedAt: Date;
}
