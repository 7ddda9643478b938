import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Organization } from '#libs/users';
import type { KindDefinition } from './kind-definition';

/**
 * A kind of an organisation's own, or what it has made of one of the catalogue, from one moment to the next version: the database refuses
 * to change it, so that what was asked on a day can be asked again.
 */
@Entity('certificate_kinds')
@Unique('certificate_kinds_code_key', ['organizationId', 'code', 'version'])
export class KindVersion {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'certificate_kinds_pkey' })
  @ForeignKey(() => Organization, 'id', { name: 'certificate_kinds_organization_fkey' })
  organizationId: number;

  /** Of the kind. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'certificate_kinds_pkey' })
  id: string;

  /** 1, 2, 3, ... per kind. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'certificate_kinds_pkey' })
  version: number;

  @Column('varchar', { length: 20 })
  code: string;

  @Column('jsonb')
  definition: KindDefinition;

  @Column('boolean')
  isActive: boolean;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
