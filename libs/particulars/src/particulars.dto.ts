import {
  type CalendarDate,
  DateField,
  EnumListField,
  ForbiddenFields,
  InstantField,
  TextField,
  UuidField,
} from '#libs/common';
import { etagOf, type KnownParticulars } from './known-particulars';
import { DUTIES, type Duty } from './particulars.entity';

const VESSEL_ID = '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d';

/** Partial: a missing field stays, null clears it. */
@ForbiddenFields('userId', 'vesselName', 'updatedAt')
export class UpdateParticularsDto {
  @TextField({
    minLength: 1,
    maxLength: 60,
    optional: true,
    nullable: true,
    description: 'Or position; requirement sets compare it without regard to case and punctuation',
    example: 'Chief Mate',
  })
  rank?: string | null;

  @TextField({ minLength: 1, maxLength: 60, optional: true, nullable: true, example: 'Deck' })
  department?: string | null;

  @UuidField({ optional: true, nullable: true, description: 'The vessel or site they work on', example: VESSEL_ID })
  vesselId?: string | null;

  @EnumListField(DUTIES, { optional: true, description: 'Besides the post; replaced as a whole', example: ['muster'] })
  duties?: Duty[];

  @DateField({ optional: true, nullable: true, description: 'Not in the future', example: '1988-04-17' })
  dateOfBirth?: CalendarDate | null;

  @TextField({
    minLength: 2,
    maxLength: 3,
    optional: true,
    nullable: true,
    description: 'A code of ISO 3166-1; answered as three letters',
    example: 'PHL',
  })
  nationality?: string | null;

  @TextField({
    minLength: 2,
    maxLength: 3,
    optional: true,
    nullable: true,
    description: 'The state they live in: a code of ISO 3166-1; answered as three letters',
    example: 'PHL',
  })
  residenceState?: string | null;

  @DateField({
    optional: true,
    nullable: true,
    description: 'When they joined the organisation, or will; after the date of birth',
    example: '2019-08-01',
  })
  joinedOn?: CalendarDate | null;

  @TextField({
    minLength: 1,
    maxLength: 50,
    optional: true,
    nullable: true,
    description: 'No two of an organisation have the same',
    example: 'NC-0417',
  })
  employeeNumber?: string | null;
}

export class ParticularsResponse {
  @UuidField({ description: 'Whose they are', example: '0193a1f0-5b7c-7c1e-9d55-3f0a8f1c2b7e' })
  userId: string;

  @TextField({ maxLength: 60, nullable: true, example: 'Chief Mate' })
  rank: string | null;

  @TextField({ maxLength: 60, nullable: true, example: 'Deck' })
  department: string | null;

  @UuidField({ nullable: true, example: VESSEL_ID })
  vesselId: string | null;

  @TextField({ maxLength: 100, nullable: true, example: 'Nordic Aurora' })
  vesselName: string | null;

  @EnumListField(DUTIES, { example: ['muster'] })
  duties: string[];

  @DateField({ nullable: true, example: '1988-04-17' })
  dateOfBirth: string | null;

  @TextField({ maxLength: 3, nullable: true, example: 'PHL' })
  nationality: string | null;

  @TextField({ maxLength: 3, nullable: true, example: 'PHL' })
  residenceState: string | null;

  @DateField({ nullable: true, example: '2019-08-01' })
  joinedOn: string | null;

  @TextField({ maxLength: 50, nullable: true, example: 'NC-0417' })
  employeeNumber: string | null;

  @InstantField({ nullable: true, description: 'null while nobody has said anything' })
  updatedAt: string | null;

  static from(particulars: KnownParticulars): ParticularsResponse {
    return {
      userId: particulars.userUuid,
      rank: particulars.rank,
      department: particulars.department,
      vesselId: particulars.vesselId,
      vesselName: particulars.vesselName,
      duties: particulars.duties,
      dateOfBirth: particulars.dateOfBirth,
      nationality: particulars.nationality,
      residenceState: particulars.residenceState,
      joinedOn: particulars.joinedOn,
      employeeNumber: particulars.employeeNumber,
      updatedAt: particulars.updatedAt?.toISOString() ?? null,
    };
  }

  static etag(particulars: KnownParticulars): string {
    return etagOf(particulars);
  }
}
