import {
  BooleanField,
  BooleanQuery,
  EnumField,
  ForbiddenFields,
  IntegerField,
  IntegerQuery,
  ObjectField,
  TextField,
  TextListInput,
} from '#libs/common';
import { LANGUAGES } from '#libs/users';
import { CERTIFICATE_TYPES, type CertificateType, VALIDITY_BASES, VALIDITY_RULES } from './kind-definition';

export type KindLanguage = (typeof LANGUAGES)[number];

const CODE = /^[A-Z0-9-]{2,20}$/;
/** Fifty years: longer than a working life. */
const MOST_MONTHS = 600;
const MOST_DAYS = 3660;
const READ_ONLY = ['id', 'origin', 'version', 'credential', 'documentType', 'basis'];

/** What papers can be held by a kind. */
export const KIND_CREDENTIALS = ['certificate', 'identity_document'] as const;

class KindNameDto {
  @TextField({ minLength: 1, maxLength: 200, example: 'Company induction' })
  en: string;

  @TextField({ minLength: 1, maxLength: 200, optional: true, nullable: true, example: 'Accueil de l’entreprise' })
  fr?: string | null;
}

class RequiredFieldsDto {
  @BooleanField({ optional: true, example: false })
  number?: boolean;

  @BooleanField({ optional: true, example: true })
  authority?: boolean;

  @BooleanField({ optional: true, example: true })
  issueDate?: boolean;

  @BooleanField({ optional: true, example: false })
  expiryDate?: boolean;

  @BooleanField({ optional: true, example: false })
  file?: boolean;
}

export class ValidityDto {
  @EnumField(VALIDITY_RULES, {
    description:
      '`printed`: as printed, without an end where nothing is printed; `issue_plus`: `months` after the base date; `none`: no end unless ' +
      'printed; `revalidation`: the printed end, `months` after the base date where none is printed',
    example: 'issue_plus',
  })
  rule: (typeof VALIDITY_RULES)[number];

  @IntegerField({ min: 1, max: MOST_MONTHS, optional: true, nullable: true, example: 24 })
  months?: number | null;

  @EnumField(VALIDITY_BASES, {
    optional: true,
    nullable: true,
    description: 'What the months are counted from; the day of issue when left out',
    example: 'issue',
  })
  base?: (typeof VALIDITY_BASES)[number] | null;

  @BooleanField({ optional: true, description: 'To the last day of that month', example: false })
  endOfMonth?: boolean;

  @IntegerField({
    min: 1,
    max: 120,
    optional: true,
    nullable: true,
    description: 'For holders younger than this on the day of issue `underMonths` count',
    example: null,
  })
  underAge?: number | null;

  @IntegerField({ min: 1, max: MOST_MONTHS, optional: true, nullable: true, example: null })
  underMonths?: number | null;

  @BooleanField({
    optional: true,
    description: 'The counted end holds even where a later one is printed',
    example: false,
  })
  cuts?: boolean;

  @BooleanField({ optional: true, description: 'A printed end does not count', example: false })
  ignoresPrinted?: boolean;

  @IntegerField({
    min: 1,
    max: MOST_DAYS,
    optional: true,
    nullable: true,
    description: 'It counts from this many days after the day of issue',
    example: null,
  })
  startsAfterDays?: number | null;

  @IntegerField({
    min: 1,
    max: MOST_MONTHS,
    optional: true,
    nullable: true,
    description: 'A printed end later than this many months after the day of issue is worth a second look',
    example: null,
  })
  longestMonths?: number | null;
}

/** What may be said of a kind at any time. */
export abstract class KindFields {
  @TextListInput({
    maxItems: 50,
    maxLength: 20,
    pattern: CODE,
    optional: true,
    nullable: true,
    description: 'Codes of kinds of which there has to be a paper behind it',
    example: null,
  })
  parents?: string[] | null;

  @TextListInput({
    maxItems: 50,
    maxLength: 20,
    pattern: CODE,
    optional: true,
    nullable: true,
    description: 'Codes of kinds for which it stands in for a while',
    example: null,
  })
  provisionalFor?: string[] | null;

  @TextListInput({
    maxItems: 11,
    maxLength: 20,
    pattern: CODE,
    optional: true,
    nullable: true,
    description: 'Codes of what a paper of this kind usually proves besides',
    example: null,
  })
  lines?: string[] | null;

  @IntegerField({
    min: 1,
    max: MOST_DAYS,
    optional: true,
    nullable: true,
    description: 'To get a new one',
    example: 14,
  })
  leadTimeDays?: number | null;

  @IntegerField({
    min: 1,
    max: MOST_DAYS,
    optional: true,
    nullable: true,
    description: 'Of a check that is repeated: days for which one counts',
    example: null,
  })
  greatestAgeDays?: number | null;

  @TextListInput({
    maxItems: 50,
    maxLength: 200,
    optional: true,
    nullable: true,
    description: 'Offered',
    example: null,
  })
  authorities?: string[] | null;

  @TextListInput({
    maxItems: 50,
    maxLength: 3,
    pattern: /^[A-Z]{3}$/,
    optional: true,
    nullable: true,
    description: 'States offered, by their three letters (ISO 3166-1)',
    example: null,
  })
  states?: string[] | null;

  @TextField({ minLength: 1, maxLength: 200, optional: true, nullable: true, example: 'Safety management manual 6.2' })
  regulation?: string | null;

  @TextListInput({
    maxItems: 20,
    maxLength: 500,
    pattern: /^https?:\/\/\S+$/,
    optional: true,
    nullable: true,
    description: 'Addresses of where it can be read',
    example: null,
  })
  sources?: string[] | null;

  @TextField({
    maxLength: 2000,
    form: 'prose',
    optional: true,
    nullable: true,
    example: 'Held on the first day on board',
  })
  notes?: string | null;
}

/** A kind of the organisation's own. */
@ForbiddenFields('isActive', ...READ_ONLY)
export class CreateKindDto extends KindFields {
  @TextField({ minLength: 2, maxLength: 20, pattern: CODE, form: 'exact', example: 'CO-INDUCT' })
  code: string;

  @ObjectField(() => KindNameDto)
  name: KindNameDto;

  @EnumField(CERTIFICATE_TYPES, {
    description: 'The type of contract C that its papers usually have',
    example: 'other',
  })
  certificateType: CertificateType;

  @ObjectField(() => RequiredFieldsDto, { optional: true, description: 'Fields that a new paper has to have' })
  required?: RequiredFieldsDto;

  @ObjectField(() => ValidityDto)
  validity: ValidityDto;
}

/** Partial: a missing field stays, null clears it; `name`, `required` and `validity` are replaced as a whole. The code cannot be changed. */
@ForbiddenFields('code', ...READ_ONLY)
export class UpdateKindDto extends KindFields {
  @ObjectField(() => KindNameDto, { optional: true })
  name?: KindNameDto;

  @EnumField(CERTIFICATE_TYPES, { optional: true, example: 'other' })
  certificateType?: CertificateType;

  @ObjectField(() => RequiredFieldsDto, { optional: true })
  required?: RequiredFieldsDto;

  @ObjectField(() => ValidityDto, { optional: true })
  validity?: ValidityDto;

  @BooleanField({ optional: true, description: 'Offered for new papers', example: true })
  isActive?: boolean;
}

export class KindsQuery {
  @IntegerQuery({ min: 1, max: 1000, description: 'Items per page (default 10)', example: 10 })
  limit: number = 10;

  @TextField({ maxLength: 1000, form: 'exact', optional: true, description: 'nextCursor of the page before' })
  cursor?: string;

  @TextField({ maxLength: 200, form: 'search', optional: true, description: 'Words of code, names or regulation' })
  search?: string;

  @EnumField(LANGUAGES, { optional: true, description: 'In which to name and sort them (default en)' })
  language: KindLanguage = 'en';

  @EnumField(KIND_CREDENTIALS, { optional: true, description: 'Only those of these papers' })
  credential?: (typeof KIND_CREDENTIALS)[number];

  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only those of this type of contract C' })
  certificate_type?: CertificateType;

  @BooleanQuery({ description: 'Also those that are no longer offered (default false)' })
  include_inactive: boolean = false;

  @BooleanQuery({ description: 'Also count all items (default false)' })
  include_count: boolean = false;
}
