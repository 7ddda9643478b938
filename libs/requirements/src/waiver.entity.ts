import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { CalendarDate } from '#libs/common';
import { Certificate } from '#libs/certificates';
import { Organization, User } from '#libs/users';

/** Leave for a person to go without what a requirement asks for, for some days. */
@Entity('waivers')
@Index('waivers_person_idx', ['organizationId', 'userUuid', 'id'])
@Check('waivers_days_check', 'ends_on >= starts_on')
export class StoredWaiver {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'waivers_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'waivers_organization_fkey' })
  organizationId: number;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'waivers_user_fkey' })
  userUuid: string;

  @Column('uuid')
  setId: string;

  @Column('varchar', { length: 60 })
  requirementCode: string;

  @Column('date')
  startsOn: CalendarDate;

  /** The last day. */
  @Column('date')
  endsOn: CalendarDate;

  @Column('varchar', { length: 1000 })
  reason: string;

  /** The flag's dispensation behind it. */
  @Column('uuid', { nullable: true })
  @Index('waivers_dispensation_idx')
  @ForeignKey(() => Certificate, 'id', { name: 'waivers_dispensation_fkey' })
  dispensationId: string | null;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'waivers_author_fkey' })
  createdByUserUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, 'uuid', { name: 'waivers_revoker_fkey' })
  revokedByUserUuid: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revokedAt: Date | null;
}
