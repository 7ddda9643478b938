import {
  BooleanField,
  type CalendarDate,
  DateField,
  EnumField,
  EnumListField,
  IntegerField,
  ObjectField,
  TextField,
  UuidField,
} from '#libs/common';
import { catalogueId, type CertificateLine, TRADING_AREAS } from '#libs/kinds';
import { VESSEL_TYPES, type VesselType } from '#libs/particulars';

const MOST = 1_000_000;
const THREE_LETTERS = /^[A-Z]{3}$/;

/** Where, and on what, a line counts. */
export class LimitsDto {
  @EnumListField(VESSEL_TYPES, {
    optional: true,
    nullable: true,
    description: 'Only on these; null: on all',
    example: ['cargo'],
  })
  shipTypes?: VesselType[] | null;

  @EnumField(TRADING_AREAS, { optional: true, nullable: true, example: 'near_coastal' })
  area?: (typeof TRADING_AREAS)[number] | null;

  @IntegerField({ min: 0, max: MOST, optional: true, nullable: true, description: 'Gross tonnage', example: 500 })
  minGt?: number | null;

  @IntegerField({ min: 0, max: MOST, optional: true, nullable: true, description: 'Gross tonnage', example: 2999 })
  maxGt?: number | null;

  @IntegerField({ min: 0, max: MOST, optional: true, nullable: true, description: 'Propulsion power', example: null })
  minKw?: number | null;

  @IntegerField({ min: 0, max: MOST, optional: true, nullable: true, description: 'Propulsion power', example: null })
  maxKw?: number | null;

  @BooleanField({ optional: true, nullable: true, description: 'Not on ships with ECDIS', example: null })
  notEcdis?: boolean | null;

  @TextField({
    maxLength: 3,
    pattern: THREE_LETTERS,
    form: 'exact',
    optional: true,
    nullable: true,
    description: 'Only under this flag, by its three letters',
    example: null,
  })
  flag?: string | null;

  @TextField({
    maxLength: 7,
    pattern: /^\d{7}$/,
    form: 'exact',
    optional: true,
    nullable: true,
    description: 'Only on the ship with this IMO number',
    example: null,
  })
  vesselImo?: string | null;

  @TextField({ minLength: 1, maxLength: 500, optional: true, nullable: true, description: 'As printed', example: null })
  restriction?: string | null;
}

/** One of the things that a certificate proves. */
export class CertificateLineDto {
  @UuidField({ description: 'Of a kind of certificate', example: catalogueId('BST-PST') })
  kindId: string;

  @TextField({ minLength: 1, maxLength: 200, optional: true, nullable: true, description: 'As printed', example: null })
  capacity?: string | null;

  @ObjectField(() => LimitsDto, { optional: true, nullable: true, description: 'null: it counts everywhere' })
  limits?: LimitsDto | null;

  @DateField({
    optional: true,
    nullable: true,
    description: 'Printed for this line, where it is another than the expiry date of the certificate',
    example: '2029-05-01',
  })
  endsOn?: CalendarDate | null;

  @DateField({
    optional: true,
    nullable: true,
    description: 'Its own day of issue or test, where it is another than that of the certificate',
    example: null,
  })
  issuedOn?: CalendarDate | null;
}

/** As it is kept: every key, and of the limits those that limit something. */
export function lineOf({ kindId, capacity, limits, endsOn, issuedOn }: CertificateLineDto): CertificateLine {
  const said = Object.entries(limits ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== false,
  );
  return {
    kindId,
    capacity: capacity ?? null,
    limits: said.length > 0 ? Object.fromEntries(said) : null,
    endsOn: endsOn ?? null,
    issuedOn: issuedOn ?? null,
  };
}
