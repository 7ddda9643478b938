import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Organization, User } from '#libs/users';
import { Verification } from './verification.entity';

/**
 * A reviewer's "I am looking at this", for some minutes. It keeps others from starting on the same paper and nobody from deciding,
 * so it is no part of the review and not in the trail.
 */
@Entity('review_claims')
@Index('review_claims_user_idx', ['organizationId', 'userUuid'])
export class ReviewClaim {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'review_claims_pkey' })
  @ForeignKey(() => Verification, 'id', { name: 'review_claims_verification_fkey' })
  verificationId: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'review_claims_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'review_claims_user_fkey' })
  userUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  expiresAt: Date;
}
