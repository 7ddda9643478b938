import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Organization } from '#libs/users';

/** Part of an organisation's quota that is reserved already and no file's yet: uploads are announced from it, without a lock on the whole organisation. */
@Entity('upload_advances')
@Check('upload_advances_free_bytes_check', 'free_bytes >= 0')
export class UploadAdvance {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'upload_advances_pkey',
  })
  id: number;

  @Column('bigint')
  @Index('upload_advances_organization_idx')
  @ForeignKey(() => Organization, 'id', { name: 'upload_advances_organization_fkey' })
  organizationId: number;

  @Column('bigint')
  freeBytes: number;
}
