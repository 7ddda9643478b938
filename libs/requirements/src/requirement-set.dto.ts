import {
  BooleanField,
  type CalendarDate,
  DateField,
  EnumField,
  ForbiddenFields,
  IntegerField,
  ObjectField,
  ObjectListInput,
  PageQuery,
  TextField,
  TextListInput,
} from '#libs/common';
import {
  BASES,
  LEVELS,
  MARGIN_STARTS,
  NUMBER_FACTS,
  type NumberFact,
  SCOPES,
  TEXT_FACTS,
  type TextFact,
  YES_NO_FACTS,
  type YesNoFact,
} from './requirement';

const KIND_CODE = /^[A-Z0-9-]{2,20}$/;
const SET_CODE = /^[A-Z0-9-]{2,40}$/;
const REQUIREMENT_CODE = /^[a-z0-9-]{2,60}$/;
const STATE = /^[A-Z]{3}$/;
const MOST_DAYS = 3660;
const MOST_MONTHS = 600;
const MOST_TONNES = 10_000_000;
const MOST_REQUIREMENTS = 100;
const READ_ONLY = ['id', 'origin', 'version'];
/** A need has needs in it: an example has to end. */
const NEEDS = [{ kind: 'TK-AO' }, { kind: 'TK-AC' }];
const CONDITIONS = [{ fact: 'type', in: ['oil_tanker'] }];
const REQUIREMENTS = [{ code: 'drug-test', level: 'mandatory', basis: 'client', need: { kind: 'MED-DA' } }];

class NameDto {
  @TextField({ minLength: 1, maxLength: 200, example: 'Terminal of the client' })
  en: string;

  @TextField({ minLength: 1, maxLength: 200, optional: true, nullable: true, example: 'Terminal du client' })
  fr?: string | null;
}

/** One of the forms: a fact with `in`, `notIn`, `min` and `below`, or `is`; `duties`; `ship`. */
export class ConditionDto {
  @EnumField([...TEXT_FACTS, ...NUMBER_FACTS, ...YES_NO_FACTS], {
    optional: true,
    nullable: true,
    description: 'Of the person (rank, department, nationality, residenceState) or of the ship',
    example: 'type',
  })
  fact?: TextFact | NumberFact | YesNoFact | null;

  @TextListInput({
    maxItems: 200,
    maxLength: 60,
    optional: true,
    nullable: true,
    description: 'It is one of these; ranks in lower case with `_` between words; of `vessel` ids',
    example: ['oil_tanker'],
  })
  in?: string[] | null;

  @TextListInput({ maxItems: 200, maxLength: 60, optional: true, nullable: true, description: 'It is none of these' })
  notIn?: string[] | null;

  @IntegerField({ min: 0, max: MOST_TONNES, optional: true, nullable: true, description: 'It is this or more' })
  min?: number | null;

  @IntegerField({ min: 0, max: MOST_TONNES, optional: true, nullable: true, description: 'It is less than this' })
  below?: number | null;

  @BooleanField({ optional: true, nullable: true })
  is?: boolean | null;

  @TextListInput({
    maxItems: 20,
    maxLength: 20,
    optional: true,
    nullable: true,
    description: 'The person has one of these duties',
  })
  duties?: string[] | null;

  @BooleanField({ optional: true, nullable: true, description: 'Whether a ship is asked for at all' })
  ship?: boolean | null;
}

/** One of the forms: `kind`; `allOf`; `oneOf`; `nOf` with `of`; `recognised` with `provisional`. */
export class NeedDto {
  @TextField({ minLength: 2, maxLength: 20, pattern: KIND_CODE, form: 'exact', optional: true, example: 'MED-STCW' })
  kind?: string;

  @ObjectListInput(() => NeedDto, { minItems: 1, maxItems: 20, optional: true, example: NEEDS })
  allOf?: NeedDto[];

  @ObjectListInput(() => NeedDto, { minItems: 1, maxItems: 20, optional: true, example: NEEDS })
  oneOf?: NeedDto[];

  @IntegerField({ min: 1, max: 20, optional: true, description: 'So many of `of`' })
  nOf?: number;

  @ObjectListInput(() => NeedDto, { minItems: 1, maxItems: 20, optional: true, example: NEEDS })
  of?: NeedDto[];

  @TextListInput({
    maxItems: 50,
    maxLength: 20,
    pattern: KIND_CODE,
    optional: true,
    description: "A certificate of one of these kinds that is the flag's own or has its endorsement",
  })
  recognised?: string[];

  @BooleanField({ optional: true, description: 'The receipt of an application for the endorsement counts for a while' })
  provisional?: boolean;
}

class IssuersDto {
  @TextListInput({ maxItems: 200, maxLength: 3, pattern: STATE, optional: true, nullable: true, example: ['NOR'] })
  states?: string[] | null;

  @TextListInput({
    maxItems: 200,
    maxLength: 200,
    optional: true,
    nullable: true,
    example: ['Norwegian Maritime Authority'],
  })
  authorities?: string[] | null;
}

export class RequirementDto {
  @TextField({ minLength: 2, maxLength: 60, pattern: REQUIREMENT_CODE, form: 'exact', example: 'drug-test' })
  code: string;

  @ObjectField(() => NameDto, { optional: true, nullable: true, description: 'Where the kinds do not say it well' })
  name?: NameDto | null;

  @EnumField(LEVELS, { description: 'Only what is mandatory makes somebody unfit', example: 'mandatory' })
  level: (typeof LEVELS)[number];

  @EnumField(BASES, { description: 'Only `client` and `company` can be waived by the office', example: 'client' })
  basis: (typeof BASES)[number];

  @ObjectListInput(() => ConditionDto, {
    maxItems: 20,
    optional: true,
    description: 'All have to hold',
    example: CONDITIONS,
  })
  when?: ConditionDto[];

  @ObjectField(() => NeedDto, { example: { kind: 'MED-DA' } })
  need: NeedDto;

  @IntegerField({
    min: 1,
    max: MOST_DAYS,
    optional: true,
    nullable: true,
    description: 'Days for which it still has to be good',
  })
  marginDays?: number | null;

  @EnumField(MARGIN_STARTS, { optional: true, nullable: true, description: 'From when; `sign_off` when left out' })
  marginFrom?: (typeof MARGIN_STARTS)[number] | null;

  @ObjectField(() => IssuersDto, { optional: true, nullable: true, description: 'Whose papers count' })
  issuers?: IssuersDto | null;

  @DateField({ optional: true, nullable: true, description: 'Only papers issued on this day or later' })
  issuedFrom?: CalendarDate | null;

  @DateField({ optional: true, nullable: true, description: 'Only papers issued before this day' })
  issuedBefore?: CalendarDate | null;

  @IntegerField({ min: 1, max: MOST_MONTHS, optional: true, nullable: true, description: 'Since the day of issue' })
  greatestAgeMonths?: number | null;

  @IntegerField({ min: 1, max: MOST_DAYS, optional: true, nullable: true, description: 'Since the last check' })
  greatestAgeDays?: number | null;

  @IntegerField({
    min: 1,
    max: 12,
    optional: true,
    nullable: true,
    description: 'For this long one that ends on a voyage stays good for who is on board',
  })
  graceMonths?: number | null;
}

export class CoverDto {
  @TextField({ minLength: 2, maxLength: 20, pattern: KIND_CODE, form: 'exact', example: 'SEC-SSO' })
  from: string;

  @TextField({ minLength: 2, maxLength: 20, pattern: KIND_CODE, form: 'exact', example: 'SEC-DSD' })
  to: string;

  @DateField({ optional: true, nullable: true, description: 'Only if it was issued on this day or later' })
  issuedFrom?: CalendarDate | null;
}

/** What may be said of a set at any time; a list is replaced as a whole. */
export abstract class RequirementSetFields {
  @ObjectListInput(() => ConditionDto, {
    maxItems: 20,
    optional: true,
    description: 'Of whom it is asked: all have to hold',
    example: CONDITIONS,
  })
  applies?: ConditionDto[];

  @ObjectListInput(() => CoverDto, {
    maxItems: 200,
    optional: true,
    description: 'Who has `from` needs no `to`',
    example: [],
  })
  covers?: CoverDto[];

  @ObjectListInput(() => CoverDto, {
    maxItems: 200,
    optional: true,
    description: 'What another set says covers, and here does not',
    example: [],
  })
  coversNot?: CoverDto[];

  @TextListInput({
    maxItems: 20,
    maxLength: 500,
    pattern: /^https?:\/\/\S+$/,
    optional: true,
    description: 'Where it can be read',
    example: [],
  })
  sources?: string[];

  @TextField({ maxLength: 2000, form: 'prose', optional: true, nullable: true, example: 'As in the contract of 2026' })
  notes?: string | null;

  @DateField({
    optional: true,
    description: 'The first day of which it is asked; today when left out',
    example: '2027-01-01',
  })
  effectiveFrom?: CalendarDate;
}

@ForbiddenFields('isActive', ...READ_ONLY)
export class CreateRequirementSetDto extends RequirementSetFields {
  @TextField({ minLength: 2, maxLength: 40, pattern: SET_CODE, form: 'exact', example: 'CLIENT-TERMINAL' })
  code: string;

  @ObjectField(() => NameDto)
  name: NameDto;

  @EnumField(SCOPES, { example: 'client' })
  scope: (typeof SCOPES)[number];

  @ObjectListInput(() => RequirementDto, { maxItems: MOST_REQUIREMENTS, example: REQUIREMENTS })
  requirements: RequirementDto[];
}

/** Partial: a missing field stays. The code cannot be changed. */
@ForbiddenFields('code', ...READ_ONLY)
export class UpdateRequirementSetDto extends RequirementSetFields {
  @ObjectField(() => NameDto, { optional: true })
  name?: NameDto;

  @EnumField(SCOPES, { optional: true, example: 'client' })
  scope?: (typeof SCOPES)[number];

  @BooleanField({ optional: true, description: 'Whether it is asked at all', example: true })
  isActive?: boolean;

  @ObjectListInput(() => RequirementDto, { maxItems: MOST_REQUIREMENTS, optional: true, example: REQUIREMENTS })
  requirements?: RequirementDto[];
}

export class RequirementSetsQuery extends PageQuery {
  @EnumField(SCOPES, { optional: true, description: 'Only of this sort' })
  scope?: (typeof SCOPES)[number];
}
