import {
  BooleanField,
  DateField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  StandardObjectField,
  TextField,
  TextListField,
  UuidField,
} from '#libs/common';
import {
  BASES,
  type Condition,
  LEVELS,
  MARGIN_STARTS,
  NUMBER_FACTS,
  type Requirement,
  SCOPES,
  TEXT_FACTS,
  YES_NO_FACTS,
} from './requirement';
import { etagOf, type RequirementSet, SET_ORIGINS } from './requirement-set';
import { SHIPPED_LAYERS } from './shipped/shipped';

export class RequirementNameResponse {
  @TextField({ maxLength: 200, example: 'Every seafarer' })
  en: string;

  @TextField({ maxLength: 200, nullable: true, example: 'Tous les gens de mer' })
  fr: string | null;

  static from({ en, fr = undefined }: { en: string; fr?: string }): RequirementNameResponse {
    return { en, fr: fr ?? null };
  }
}

export class ConditionResponse {
  @EnumField([...TEXT_FACTS, ...NUMBER_FACTS, ...YES_NO_FACTS], { nullable: true, example: 'rank' })
  fact: string | null;

  @TextListField({ nullable: true, example: ['master'] })
  in: string[] | null;

  @TextListField({ nullable: true, example: null })
  notIn: string[] | null;

  @IntegerField({ nullable: true, example: null })
  min: number | null;

  @IntegerField({ nullable: true, example: null })
  below: number | null;

  @BooleanField({ nullable: true, example: null })
  is: boolean | null;

  @TextListField({ nullable: true, example: null })
  duties: string[] | null;

  @BooleanField({ nullable: true, example: null })
  ship: boolean | null;

  static from(condition: Condition): ConditionResponse {
    const nothing = { fact: null, in: null, notIn: null, min: null, below: null, is: null, duties: null, ship: null };
    return { ...nothing, ...condition };
  }
}

class IssuersResponse {
  @TextListField({ nullable: true, example: ['NOR'] })
  states: string[] | null;

  @TextListField({ nullable: true, example: null })
  authorities: string[] | null;
}

export class RequirementResponse {
  @TextField({ maxLength: 60, example: 'medical' })
  code: string;

  @ObjectField(() => RequirementNameResponse, { nullable: true, description: 'Null: the kinds name it', example: null })
  name: RequirementNameResponse | null;

  @EnumField(LEVELS, { example: 'mandatory' })
  level: string;

  @EnumField(BASES, { example: 'statutory' })
  basis: string;

  @ListField(() => ConditionResponse)
  when: ConditionResponse[];

  @StandardObjectField({ description: 'As it is sent in', example: { kind: 'MED-STCW' } })
  need: object;

  @IntegerField({ nullable: true, example: null })
  marginDays: number | null;

  @EnumField(MARGIN_STARTS, { nullable: true, example: null })
  marginFrom: string | null;

  @ObjectField(() => IssuersResponse, { nullable: true, example: null })
  issuers: IssuersResponse | null;

  @DateField({ nullable: true, example: null })
  issuedFrom: string | null;

  @DateField({ nullable: true, example: null })
  issuedBefore: string | null;

  @IntegerField({ nullable: true, example: null })
  greatestAgeMonths: number | null;

  @IntegerField({ nullable: true, example: null })
  greatestAgeDays: number | null;

  @IntegerField({ nullable: true, example: 3 })
  graceMonths: number | null;

  static from(requirement: Requirement): RequirementResponse {
    const { code, name, level, basis, when, need, issuers } = requirement;
    return {
      code,
      name: name ? RequirementNameResponse.from(name) : null,
      level,
      basis,
      when: when.map((condition) => ConditionResponse.from(condition)),
      need,
      marginDays: requirement.marginDays ?? null,
      marginFrom: requirement.marginFrom ?? null,
      issuers: issuers ? { states: issuers.states ?? null, authorities: issuers.authorities ?? null } : null,
      issuedFrom: requirement.issuedFrom ?? null,
      issuedBefore: requirement.issuedBefore ?? null,
      greatestAgeMonths: requirement.greatestAgeMonths ?? null,
      greatestAgeDays: requirement.greatestAgeDays ?? null,
      graceMonths: requirement.graceMonths ?? null,
    };
  }
}

class CoverResponse {
  @TextField({ maxLength: 20, example: 'SEC-SSO' })
  from: string;

  @TextField({ maxLength: 20, example: 'SEC-DSD' })
  to: string;

  @DateField({ nullable: true, example: null })
  issuedFrom: string | null;
}

export class RequirementSetResponse {
  @UuidField({ example: SHIPPED_LAYERS[0]?.id })
  id: string;

  @TextField({ maxLength: 40, example: 'BASE' })
  code: string;

  @ObjectField(() => RequirementNameResponse)
  name: RequirementNameResponse;

  @EnumField(SCOPES, { description: 'What it goes by; sets add up', example: 'base' })
  scope: string;

  @EnumField(SET_ORIGINS, {
    description: "Came with the product, came with it and was changed, or is the organisation's own",
    example: 'shipped',
  })
  origin: string;

  @BooleanField({ description: 'Whether it is asked at all', example: true })
  isActive: boolean;

  @IntegerField({ description: '0: as it came with the product; then counted with every change', example: 0 })
  version: number;

  @DateField({
    nullable: true,
    description: 'The first day of which this version is asked; null: always',
    example: null,
  })
  effectiveFrom: string | null;

  @ListField(() => ConditionResponse, { description: 'Of whom it is asked: all have to hold' })
  applies: ConditionResponse[];

  @ListField(() => RequirementResponse)
  requirements: RequirementResponse[];

  @ListField(() => CoverResponse, { description: 'Who has `from` needs no `to`' })
  covers: CoverResponse[];

  @ListField(() => CoverResponse, { description: 'What another set says covers, and here does not' })
  coversNot: CoverResponse[];

  @TextListField({ description: 'Addresses of where it can be read', example: [] })
  sources: string[];

  @TextField({ maxLength: 2000, nullable: true, example: null })
  notes: string | null;

  static from({ id, definition, origin, version, effectiveFrom }: RequirementSet): RequirementSetResponse {
    const {
      code,
      name,
      scope,
      isActive,
      applies,
      requirements,
      covers = [],
      coversNot = [],
      sources,
      notes,
    } = definition;
    return {
      id,
      code,
      name: RequirementNameResponse.from(name),
      scope,
      origin,
      isActive,
      version,
      effectiveFrom,
      applies: applies.map((condition) => ConditionResponse.from(condition)),
      requirements: requirements.map((requirement) => RequirementResponse.from(requirement)),
      covers: covers.map(({ from, to, issuedFrom }) => ({ from, to, issuedFrom: issuedFrom ?? null })),
      coversNot: coversNot.map(({ from, to }) => ({ from, to, issuedFrom: null })),
      sources,
      notes: notes ?? null,
    };
  }

  static etag(set: RequirementSet): string {
    return etagOf(set);
  }
}
