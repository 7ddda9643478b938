import {
  BooleanField,
  BooleanQuery,
  EnumField,
  ForbiddenFields,
  InstantField,
  IntegerField,
  IntegerQuery,
  TextField,
  UuidField,
} from '#libs/common';
import { POLAR_WATERS, SEA_AREAS, type Vessel, VESSEL_TYPES, type VesselType } from './vessel.entity';

const READ_ONLY = ['id', 'createdAt', 'updatedAt'];

/** What requirements look at; what is not known is left out. */
abstract class VesselFacts {
  @TextField({
    minLength: 7,
    maxLength: 7,
    pattern: /^\d{7}$/,
    optional: true,
    nullable: true,
    description: 'IMO number: seven digits, of which the last is a check digit',
    example: '9074729',
  })
  imo?: string | null;

  @TextField({
    minLength: 2,
    maxLength: 3,
    optional: true,
    nullable: true,
    description: 'State of the flag, or where the site is: a code of ISO 3166-1; answered as three letters',
    example: 'NOR',
  })
  flag?: string | null;

  @EnumField(VESSEL_TYPES, { optional: true, nullable: true, description: '`site`: ashore', example: 'cargo' })
  type?: VesselType | null;

  @IntegerField({ min: 1, max: 1_000_000, optional: true, nullable: true, description: 'Gross tonnage', example: 8200 })
  gt?: number | null;

  @IntegerField({
    min: 1,
    max: 1_000_000,
    optional: true,
    nullable: true,
    description: 'Propulsion power in kilowatts',
    example: 5400,
  })
  kw?: number | null;

  @EnumField(SEA_AREAS, { optional: true, nullable: true, description: 'GMDSS sea area', example: 'A3' })
  seaArea?: Vessel['seaArea'];

  @BooleanField({ optional: true, nullable: true, example: true })
  ecdis?: boolean | null;

  @BooleanField({
    optional: true,
    nullable: true,
    description: 'Burns gas or another fuel with a low flashpoint (IGF Code)',
    example: false,
  })
  igf?: boolean | null;

  @BooleanField({ optional: true, nullable: true, description: 'Has a security plan (ISPS Code)', example: true })
  isps?: boolean | null;

  @EnumField(POLAR_WATERS, {
    optional: true,
    nullable: true,
    description: 'Waters of the Polar Code that it goes to',
    example: 'none',
  })
  polar?: Vessel['polar'];

  @IntegerField({
    min: 0,
    max: 10_000,
    optional: true,
    nullable: true,
    description: 'People that have to be on board',
    example: 14,
  })
  manning?: number | null;

  @BooleanField({ optional: true, nullable: true, description: 'Has a fast rescue boat', example: false })
  frb?: boolean | null;
}

@ForbiddenFields(...READ_ONLY)
export class CreateVesselDto extends VesselFacts {
  @TextField({ minLength: 1, maxLength: 100, example: 'Nordic Aurora' })
  name: string;
}

/** Partial: a missing field stays, null clears it. */
@ForbiddenFields(...READ_ONLY)
export class UpdateVesselDto extends VesselFacts {
  @TextField({ minLength: 1, maxLength: 100, optional: true, example: 'Nordic Aurora' })
  name?: string;
}

export class VesselsQuery {
  @IntegerQuery({ min: 1, max: 1000, description: 'Items per page (default 10)', example: 10 })
  limit: number = 10;

  @TextField({ maxLength: 1000, form: 'exact', optional: true, description: 'nextCursor of the page before' })
  cursor?: string;

  @TextField({ maxLength: 200, form: 'search', optional: true, description: 'Part of the name or IMO number' })
  search?: string;

  @BooleanQuery({ description: 'Also count all items (default false)' })
  include_count: boolean = false;
}

export class VesselResponse {
  @UuidField({ example: '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d' })
  id: string;

  @TextField({ maxLength: 100, example: 'Nordic Aurora' })
  name: string;

  @TextField({ maxLength: 7, nullable: true, example: '9074729' })
  imo: string | null;

  @TextField({ maxLength: 3, nullable: true, example: 'NOR' })
  flag: string | null;

  @EnumField(VESSEL_TYPES, { nullable: true, example: 'cargo' })
  type: string | null;

  @IntegerField({ nullable: true, description: 'Gross tonnage', example: 8200 })
  gt: number | null;

  @IntegerField({ nullable: true, description: 'Propulsion power in kilowatts', example: 5400 })
  kw: number | null;

  @EnumField(SEA_AREAS, { nullable: true, example: 'A3' })
  seaArea: string | null;

  @BooleanField({ nullable: true, example: true })
  ecdis: boolean | null;

  @BooleanField({ nullable: true, example: false })
  igf: boolean | null;

  @BooleanField({ nullable: true, example: true })
  isps: boolean | null;

  @EnumField(POLAR_WATERS, { nullable: true, example: 'none' })
  polar: string | null;

  @IntegerField({ nullable: true, example: 14 })
  manning: number | null;

  @BooleanField({ nullable: true, example: false })
  frb: boolean | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;

  static from(vessel: Vessel): VesselResponse {
    return {
      id: vessel.id,
      name: vessel.name,
      imo: vessel.imo,
      flag: vessel.flag,
      type: vessel.type,
      gt: vessel.gt,
      kw: vessel.kw,
      seaArea: vessel.seaArea,
      ecdis: vessel.ecdis,
      igf: vessel.igf,
      isps: vessel.isps,
      polar: vessel.polar,
      manning: vessel.manning,
      frb: vessel.frb,
      createdAt: vessel.createdAt.toISOString(),
      updatedAt: vessel.updatedAt.toISOString(),
    };
  }

  static etag({ etag }: Vessel): string {
    return etag;
  }
}
