import { Column, Entity, ForeignKey, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { CalendarDate } from '#libs/common';
import { Upload } from '#libs/uploads';
import { Organization, User } from '#libs/users';
import { Verification } from '#libs/verification';

/**
 * What a person travels and signs on with. A seaman's book, also called discharge book, is the flag's record of service; a seafarers' identity
 * document is the one of ILO C185.
 */
export const IDENTITY_DOCUMENT_TYPES = ['passport', 'seamans_book', 'seafarers_identity_document', 'visa'] as const;
export type IdentityDocumentType = (typeof IDENTITY_DOCUMENT_TYPES)[number];

/** A person's passport, seaman's book or visa. */
@Entity('identity_documents')
@Index('identity_documents_person_idx', ['organizationId', 'userUuid', 'id'], { where: 'deleted_at is null' })
@Index('identity_documents_expiry_idx', ['organizationId', 'documentType', 'expiryDate', 'id'], {
  where: 'deleted_at is null',
})
export class IdentityDocument {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'identity_documents_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'identity_documents_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'identity_documents_user_fkey' })
  userUuid: string;

  @Column('varchar', { length: 40 })
  documentType: IdentityDocumentType;

  @Column('varchar', { length: 100, nullable: true })
  documentNumber: string | null;

  /** Three letters, as `issuingStateOf` has them. */
  @Column('varchar', { length: 3, nullable: true })
  issuingState: string | null;

  @Column('date', { nullable: true })
  issueDate: CalendarDate | null;

  @Column('date', { nullable: true })
  expiryDate: CalendarDate | null;

  @Column('uuid', { nullable: true })
  @Index('identity_documents_upload_idx')
  uploadId: string | null;

  /** Of the file only what a document is shown with. */
  @ManyToOne(() => Upload)
  @JoinColumn({
    name: 'upload_id',
    referencedColumnName: 'id',
    foreignKeyConstraintName: 'identity_documents_upload_fkey',
  })
  upload: Pick<Upload, 'status'> | null;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'identity_documents_uploaded_by_fkey' })
  uploadedByUserUuid: string;

  @Column('varchar', { length: 2000, nullable: true })
  notes: string | null;

  @Column('uuid')
  verificationId: string;

  @ManyToOne(() => Verification)
  @JoinColumn({ name: 'verification_id', foreignKeyConstraintName: 'identity_documents_verification_fkey' })
  verification: Verification;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
