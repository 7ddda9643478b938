import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Organization } from '#libs/users';

/** Bytes an organisation has stored or announced; compared with its quota before a new upload is accepted. */
@Entity('upload_usage')
@Check('upload_usage_reserved_bytes_check', 'reserved_bytes >= 0')
export class UploadUsage {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'upload_usage_pkey' })
  @ForeignKey(() => Organization, 'id', { name: 'upload_usage_organization_fkey' })
  organizationId: number;

  @Column('bigint')
  reservedBytes: number;
}
