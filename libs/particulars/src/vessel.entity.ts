import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Organization } from '#libs/users';

/** What requirements and the limits of papers tell apart. */
export const VESSEL_TYPES = [
  'oil_tanker',
  'chemical_tanker',
  'gas_tanker',
  'passenger',
  'ro_ro_passenger',
  'cargo',
  'yacht',
  'site',
] as const;
export type VesselType = (typeof VESSEL_TYPES)[number];

export const SEA_AREAS = ['A1', 'A2', 'A3', 'A4'] as const;
export const POLAR_WATERS = ['none', 'open', 'other'] as const;

/** A ship, or a ward or site ashore, where people work. What nobody has said is null. */
@Entity('vessels')
@Unique('vessels_organization_name_key', ['organizationId', 'name'])
@Unique('vessels_organization_imo_key', ['organizationId', 'imo'])
@Check(
  'vessels_type_check',
  `type in ('oil_tanker', 'chemical_tanker', 'gas_tanker', 'passenger', 'ro_ro_passenger', 'cargo', 'yacht', 'site')`,
)
@Check('vessels_sea_area_check', `sea_area in ('A1', 'A2', 'A3', 'A4')`)
@Check('vessels_polar_check', `polar in ('none', 'open', 'other')`)
export class Vessel {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'vessels_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'vessels_organization_fkey' })
  organizationId: number;

  @Column('varchar', { length: 100 })
  name: string;

  /** Seven digits. */
  @Column('varchar', { length: 7, nullable: true })
  imo: string | null;

  /** Three letters, as `issuingStateOf` has them. */
  @Column('varchar', { length: 3, nullable: true })
  flag: string | null;

  @Column('varchar', { length: 20, nullable: true })
  type: VesselType | null;

  /** Gross tonnage. */
  @Column('integer', { nullable: true })
  gt: number | null;

  /** Propulsion power. */
  @Column('integer', { nullable: true })
  kw: number | null;

  @Column('varchar', { length: 2, nullable: true })
  seaArea: (typeof SEA_AREAS)[number] | null;

  @Column('boolean', { nullable: true })
  ecdis: boolean | null;

  /** Burns gas or another fuel with a low flashpoint. */
  @Column('boolean', { nullable: true })
  igf: boolean | null;

  /** Has a security plan. */
  @Column('boolean', { nullable: true })
  isps: boolean | null;

  @Column('varchar', { length: 5, nullable: true })
  polar: (typeof POLAR_WATERS)[number] | null;

  /** People that have to be on board. */
  @Column('integer', { nullable: true })
  manning: number | null;

  /** Has a fast rescue boat. */
  @Column('boolean', { nullable: true })
  frb: boolean | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change. */
  @Column('integer', { default: 1 })
  revision: number;

  get etag(): string {
    return `${this.id}.${this.revision}`;
  }
}
