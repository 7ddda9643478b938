import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import type { CalendarDate } from '#libs/common';
import { Organization } from '#libs/users';
import type { LayerDefinition } from './requirement';

/**
 * A requirement set of an organisation's own, or what it has made of one that came with the product, from a day on: the database refuses to
 * change it, so that what was asked on a day can be asked again.
 */
@Entity('requirement_versions')
@Unique('requirement_versions_code_key', ['organizationId', 'code', 'version'])
export class RequirementVersion {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'requirement_versions_pkey' })
  @ForeignKey(() => Organization, 'id', { name: 'requirement_versions_organization_fkey' })
  organizationId: number;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'requirement_versions_pkey' })
  setId: string;

  /** 1, 2, 3, ... per set. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'requirement_versions_pkey' })
  version: number;

  @Column('varchar', { length: 40 })
  code: string;

  /** The first day of which it is asked. */
  @Column('date')
  effectiveFrom: CalendarDate;

  @Column('jsonb')
  definition: LayerDefinition;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
