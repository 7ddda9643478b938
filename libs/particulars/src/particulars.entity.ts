import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { CalendarDate } from '#libs/common';
import { Organization, User } from '#libs/users';
import { Vessel } from './vessel.entity';

/** What somebody may have to do besides their post. */
export const DUTIES = ['security', 'medical', 'muster', 'cargo', 'fuel', 'lookout', 'frb', 'service'] as const;
export type Duty = (typeof DUTIES)[number];

/** What an organisation knows of one of its people besides their name; all of it optional. */
@Entity('particulars')
@Unique('particulars_organization_employee_number_key', ['organizationId', 'employeeNumber'])
export class Particulars {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'particulars_pkey' })
  @ForeignKey(() => Organization, 'id', { name: 'particulars_organization_fkey' })
  organizationId: number;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'particulars_pkey' })
  @ForeignKey(() => User, 'uuid', { name: 'particulars_user_fkey' })
  userUuid: string;

  /** Or position. */
  @Column('varchar', { length: 60, nullable: true })
  rank: string | null;

  @Column('varchar', { length: 60, nullable: true })
  department: string | null;

  /** Where they work or are going to. */
  @Column('uuid', { nullable: true })
  @Index('particulars_vessel_idx')
  @ForeignKey(() => Vessel, 'id', { name: 'particulars_vessel_fkey' })
  vesselId: string | null;

  @Column('text', { array: true, default: '{}' })
  duties: Duty[];

  @Column('date', { nullable: true })
  dateOfBirth: CalendarDate | null;

  /** Three letters, as `issuingStateOf` has them. */
  @Column('varchar', { length: 3, nullable: true })
  nationality: string | null;

  @Column('varchar', { length: 3, nullable: true })
  residenceState: string | null;

  @Column('date', { nullable: true })
  joinedOn: CalendarDate | null;

  @Column('varchar', { length: 50, nullable: true })
  employeeNumber: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change. */
  @Column('integer', { default: 1 })
  revision: number;
}
