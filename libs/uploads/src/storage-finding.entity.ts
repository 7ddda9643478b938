import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { StorageVerification } from './storage-verification.entity';

export const FINDING_KINDS = ['missing', 'altered', 'unreadable', 'orphaned', 'picture_missing'] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** Something that a comparison of storage with the records has found to be wrong. */
@Entity('storage_findings')
@Index('storage_findings_verification_idx', ['verificationId', 'id'])
@Check('storage_findings_kind_check', `kind in ('missing', 'altered', 'unreadable', 'orphaned', 'picture_missing')`)
export class StorageFinding {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'storage_findings_pkey' })
  id: string;

  @Column('uuid')
  @ForeignKey(() => StorageVerification, 'id', { name: 'storage_findings_verification_fkey', onDelete: 'CASCADE' })
  verificationId: string;

  @Column('varchar', { length: 20 })
  kind: FindingKind;

  @Column('text')
  key: string;

  /** Null for an object that belongs to none. */
  @Column('uuid', { nullable: true })
  uploadId: string | null;

  @Column('bigint', { nullable: true })
  organizationId: number | null;
}
