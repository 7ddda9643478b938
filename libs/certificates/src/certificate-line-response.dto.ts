import {
  BooleanField,
  DateField,
  EnumField,
  EnumListField,
  IntegerField,
  ObjectField,
  TextField,
  UuidField,
} from '#libs/common';
import { catalogueId, type CertificateLine, type Limits, TRADING_AREAS } from '#libs/kinds';
import { VESSEL_TYPES } from '#libs/particulars';

export class LimitsResponse {
  @EnumListField(VESSEL_TYPES, { nullable: true, example: ['cargo'] })
  shipTypes: string[] | null;

  @EnumField(TRADING_AREAS, { nullable: true, example: 'near_coastal' })
  area: string | null;

  @IntegerField({ nullable: true, description: 'Gross tonnage', example: 500 })
  minGt: number | null;

  @IntegerField({ nullable: true, description: 'Gross tonnage', example: 2999 })
  maxGt: number | null;

  @IntegerField({ nullable: true, description: 'Propulsion power', example: null })
  minKw: number | null;

  @IntegerField({ nullable: true, description: 'Propulsion power', example: null })
  maxKw: number | null;

  @BooleanField({ nullable: true, description: 'Not on ships with ECDIS', example: null })
  notEcdis: boolean | null;

  @TextField({ maxLength: 3, nullable: true, description: 'Only under this flag', example: null })
  flag: string | null;

  @TextField({ maxLength: 7, nullable: true, description: 'Only on the ship with this IMO number', example: null })
  vesselImo: string | null;

  @TextField({ maxLength: 500, nullable: true, description: 'As printed', example: null })
  restriction: string | null;

  static from(limits: Limits): LimitsResponse {
    return {
      shipTypes: limits.shipTypes ?? null,
      area: limits.area ?? null,
      minGt: limits.minGt ?? null,
      maxGt: limits.maxGt ?? null,
      minKw: limits.minKw ?? null,
      maxKw: limits.maxKw ?? null,
      notEcdis: limits.notEcdis ?? null,
      flag: limits.flag ?? null,
      vesselImo: limits.vesselImo ?? null,
      restriction: limits.restriction ?? null,
    };
  }
}

/** One of the things that a certificate proves. */
export class CertificateLineResponse {
  @UuidField({ example: catalogueId('BST-PST') })
  kindId: string;

  @TextField({ maxLength: 200, nullable: true, description: 'As printed', example: null })
  capacity: string | null;

  @ObjectField(() => LimitsResponse, { nullable: true, description: 'null: it counts everywhere' })
  limits: LimitsResponse | null;

  @DateField({ nullable: true, description: 'Printed for this line', example: '2029-05-01' })
  endsOn: string | null;

  @DateField({ nullable: true, description: 'Its own day of issue or test', example: null })
  issuedOn: string | null;

  static from({ kindId, capacity, limits, endsOn, issuedOn }: CertificateLine): CertificateLineResponse {
    return { kindId, capacity, limits: limits && LimitsResponse.from(limits), endsOn, issuedOn };
  }
}
