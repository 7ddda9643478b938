import { Column, Entity, ForeignKey, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { CalendarDate } from '#libs/common';
import type { CertificateLine, CertificateType } from '#libs/kinds';
import { Upload } from '#libs/uploads';
import { Organization, User } from '#libs/users';
import { Verification } from '#libs/verification';

/** That a certificate does not count, from one day to another. */
export interface Suspension {
  from: CalendarDate;
  /** The last day; null: until it is lifted. */
  until: CalendarDate | null;
  reason: string;
}

/** A person's professional certificate. */
@Entity('certificates')
@Index('certificates_person_idx', ['organizationId', 'userUuid', 'id'], { where: 'deleted_at is null' })
@Index('certificates_kind_idx', ['organizationId', 'userUuid', 'certificateKindId', 'issueDate'], {
  where: 'deleted_at is null and certificate_kind_id is not null',
})
@Index('certificates_renews_idx', ['renewsId'], { where: 'deleted_at is null and renews_id is not null' })
@Index('certificates_expiry_idx', ['organizationId', 'certificateType', 'expiryDate', 'id'], {
  where: 'deleted_at is null',
})
export class Certificate {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'certificates_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'certificates_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'certificates_user_fkey' })
  userUuid: string;

  @Column('varchar', { length: 40 })
  certificateType: CertificateType;

  @Column('varchar', { length: 100, nullable: true })
  certificateNumber: string | null;

  @Column('varchar', { length: 200, nullable: true })
  issuingAuthority: string | null;

  @Column('date', { nullable: true })
  issueDate: CalendarDate | null;

  @Column('date', { nullable: true })
  expiryDate: CalendarDate | null;

  /** Of the catalogue or the organisation's own; null: nothing is known but the type. */
  @Column('uuid', { nullable: true })
  certificateKindId: string | null;

  /** What it proves; null without a kind. */
  @Column('jsonb', { nullable: true })
  lines: CertificateLine[] | null;

  /** Three letters, as `issuingStateOf` has them. */
  @Column('varchar', { length: 3, nullable: true })
  issuingState: string | null;

  /** Last day of the course. */
  @Column('date', { nullable: true })
  courseDate: CalendarDate | null;

  /** The certificate whose place it takes. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => Certificate, 'id', { name: 'certificates_renews_fkey' })
  renewsId: string | null;

  /** The certificate behind an endorsement or receipt of application. */
  @Column('uuid', { nullable: true })
  @ForeignKey(() => Certificate, 'id', { name: 'certificates_endorses_fkey' })
  endorsesId: string | null;

  /** Extended by the authority beyond what is printed, to this day. */
  @Column('date', { nullable: true })
  extendedUntil: CalendarDate | null;

  @Column('varchar', { length: 200, nullable: true })
  extendedBy: string | null;

  /** Said by staff, reviewed by nobody. */
  @Column('jsonb', { nullable: true })
  suspension: Suspension | null;

  @Column('uuid', { nullable: true })
  @Index('certificates_upload_idx')
  uploadId: string | null;

  /** Of the file only what a certificate is shown with. */
  @ManyToOne(() => Upload)
  @JoinColumn({ name: 'upload_id', referencedColumnName: 'id', foreignKeyConstraintName: 'certificates_upload_fkey' })
  upload: Pick<Upload, 'status'> | null;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'certificates_uploaded_by_fkey' })
  uploadedByUserUuid: string;

  @Column('varchar', { length: 2000, nullable: true })
  notes: string | null;

  @Column('uuid')
  verificationId: string;

  @ManyToOne(() => Verification)
  @JoinColumn({ name: 'verification_id', foreignKeyConstraintName: 'certificates_verification_fkey' })
  verification: Verification;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
