import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Upload } from '#libs/uploads';
import { Organization, User } from '#libs/users';
import { Verification } from './verification.entity';

/** Reviewable fields by name. A list of things with fields of their own is one, too. */
export type Snapshot = Record<string, string | number | object | null>;

/** What was sent in for review, exactly as it was; the database refuses to change it. */
@Entity('submissions')
@Unique('submissions_verification_number_key', ['verificationId', 'number'])
@Index('submissions_upload_idx', ['uploadId'])
@Index('submissions_file_idx', ['organizationId', 'fileSha256'], { where: 'file_sha256 is not null' })
export class Submission {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'submissions_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'submissions_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => Verification, 'id', { name: 'submissions_verification_fkey' })
  verificationId: string;

  /** 1, 2, 3, ... per verification. */
  @Column('integer')
  number: number;

  /** The reviewable fields by name, with `holderName`: what the person was called when it was sent in. */
  @Column('jsonb')
  snapshot: Snapshot;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => Upload, 'id', { name: 'submissions_upload_fkey' })
  uploadId: string | null;

  @Column('varchar', { length: 64, nullable: true })
  fileSha256: string | null;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'submissions_user_fkey' })
  submittedByUserUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  submittedAt: Date;

  /** Who took back the decision on the submission before, which this one repeats; null when it was sent in. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, 'uuid', { name: 'submissions_reopener_fkey' })
  reopenedByUserUuid: string | null;

  @Column('varchar', { length: 1000, nullable: true })
  reopenReason: string | null;
}
