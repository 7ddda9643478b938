import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Organization, User } from '#libs/users';
import type { CheckMethod } from './check';
import type { TargetType } from './target-types';

export const VERIFICATION_STATUSES = ['not_submitted', 'pending', 'verified', 'rejected'] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

/** The review state of one credential. It knows the credential only by type and id. */
@Entity('verifications')
@Unique('verifications_target_key', ['targetId', 'targetType'])
@Index('verifications_queue_idx', ['organizationId', 'submittedAt', 'id'], {
  where: `status = 'pending' and withdrawn_at is null`,
})
@Index('verifications_queue_kind_idx', ['organizationId', 'targetType', 'submittedAt', 'id'], {
  where: `status = 'pending' and withdrawn_at is null`,
})
@Index('verifications_queue_subject_idx', ['organizationId', 'subject', 'submittedAt', 'id'], {
  where: `status = 'pending' and withdrawn_at is null`,
})
@Index('verifications_rejected_idx', ['organizationId', 'targetType'], {
  where: `status = 'rejected' and withdrawn_at is null`,
})
@Index('verifications_person_idx', ['organizationId', 'userUuid', 'status'], { where: 'withdrawn_at is null' })
@Check('verifications_status_check', `status in ('not_submitted', 'pending', 'verified', 'rejected')`)
export class Verification {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'verifications_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'verifications_organization_fkey' })
  organizationId: number;

  /** The person whose credential this is. */
  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'verifications_user_fkey' })
  userUuid: string;

  @Column('varchar', { length: 20 })
  targetType: TargetType;

  @Column('uuid')
  targetId: string;

  /** What the reviewer sees in the queue: the certificate type or the diploma's title. */
  @Column('varchar', { length: 200 })
  subject: string;

  @Column('varchar', { length: 14 })
  status: VerificationStatus;

  /** Number of the latest submission; 0 before the first. */
  @Column('integer')
  submissionNumber: number;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  submittedAt: Date | null;

  @Column('varchar', { length: 1000, nullable: true })
  rejectionReason: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  reviewedAt: Date | null;

  /** How it was checked, as the decision states; null when it states nothing, and without a decision. */
  @Column('varchar', { length: 16, nullable: true })
  method: CheckMethod | null;

  /** When it was checked, if the decision states another time than its own. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  checkedAt: Date | null;

  /** Who recorded or edited it while its file was on its way: of these no submission tells. */
  @Column('uuid', { array: true, default: '{}' })
  alsoEditedBy: string[];

  /** The person's name that the last verification vouched for. Null: there was none, or it was before names were sent in. */
  @Column('varchar', { length: 201, nullable: true })
  verifiedName: string | null;

  /** The living credential that had the very file that was sent in, when it was sent in; null when it was nobody's yet. */
  @Column('varchar', { length: 20, nullable: true })
  duplicateTargetType: TargetType | null;

  @Column('uuid', { nullable: true })
  duplicateTargetId: string | null;

  /** Whose credential that is. */
  @Column('uuid', { nullable: true })
  duplicateUserUuid: string | null;

  /** Set when the credential is deleted: it leaves the queue and the profile, the history stays. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  withdrawnAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change of the credential or its review. */
  @Column('integer', { default: 1 })
  revision: number;

  /** Entity tag of the credential and its review: it says what was sent in, and which version of it was read. */
  get etag(): string {
    return `${this.id}.${this.submissionNumber}.${this.revision}`;
  }
}
