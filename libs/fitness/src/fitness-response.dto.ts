import {
  BooleanField,
  DateField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  TextField,
  TextListField,
  UuidField,
} from '#libs/common';
import type { Kind } from '#libs/kinds';
import { BASES, LEVELS, type Need, RequirementNameResponse } from '#libs/requirements';
import { QueuePersonResponse, targetTypes } from '#libs/verification';
import { FITNESS_STATES, type FitnessItem, ITEM_CONDITIONS, REASONS } from './engine/answer';
import type { Forecast, ForecastCause } from './fitness-list.service';
import type { CheckedFitness, PersonFitness } from './fitnesses.service';

type Kinds = ReadonlyMap<string, Kind>;

export class AskedRequirementResponse {
  @UuidField({ example: '0193a5c2-5555-7b1a-9c3d-2e8f6a4b1c0d' })
  setId: string;

  @TextField({ maxLength: 40, example: 'BASE' })
  setCode: string;

  @TextField({ maxLength: 60, example: 'medical' })
  code: string;

  @ObjectField(() => RequirementNameResponse)
  name: RequirementNameResponse;

  @TextListField({ description: 'Codes of the kinds of papers that it is about', example: ['MED-STCW'] })
  kinds: string[];

  @EnumField(LEVELS, { description: 'Only what is mandatory makes somebody unfit', example: 'mandatory' })
  level: string;

  @EnumField(BASES, { example: 'statutory' })
  basis: string;

  static from(
    { layer, requirement }: Pick<FitnessItem, 'layer' | 'requirement'>,
    kinds: Kinds,
  ): AskedRequirementResponse {
    const { code, name, need, level, basis } = requirement;
    const codes = kindsOf(need);
    return {
      setId: layer.id,
      setCode: layer.definition.code,
      code,
      name: name ? RequirementNameResponse.from(name) : nameOf(need, kinds),
      kinds: codes,
      level,
      basis,
    };
  }
}

export class CredentialResponse {
  @EnumField(targetTypes, { example: 'certificate' })
  type: string;

  @UuidField({ example: '01938e7b-1f10-7c7e-8d1a-3a1b8f0f7a22' })
  id: string;
}

export class FitnessItemResponse {
  @ObjectField(() => AskedRequirementResponse)
  requirement: AskedRequirementResponse;

  @EnumField(FITNESS_STATES, { example: 'not_fit' })
  state: string;

  @ObjectField(() => CredentialResponse, {
    nullable: true,
    description: 'The paper that it hangs on; null: there is none',
  })
  credential: CredentialResponse | null;

  @EnumField(REASONS, { nullable: true, description: 'What speaks against it; null: nothing', example: 'expired' })
  reason: string | null;

  @EnumField(ITEM_CONDITIONS, {
    nullable: true,
    description: 'Why it counts though it is not what was asked for; then `validUntil` is the end of that',
    example: null,
  })
  condition: string | null;

  @DateField({
    nullable: true,
    description:
      'The last day for which it is met, its margin left over; of one that is not met, for which it was. Null: without end, or never',
    example: '2026-06-25',
  })
  validUntil: string | null;

  @DateField({
    nullable: true,
    description: 'The day by which a new paper has to be applied for',
    example: '2026-06-11',
  })
  startBy: string | null;

  static from(item: FitnessItem, kinds: Kinds): FitnessItemResponse {
    const { state, credential, reason, condition, validUntil, startBy } = item;
    return {
      requirement: AskedRequirementResponse.from(item, kinds),
      state,
      credential,
      reason,
      condition,
      validUntil,
      startBy,
    };
  }
}

export class FitnessResponse {
  @EnumField(FITNESS_STATES, {
    description:
      '`fit`; `fit_with_waiver`: under a condition that ends; `at_risk`: if what waits for a decision is verified, or somebody judges a limit; ' +
      '`not_fit`; `unknown`: nobody has said what has to be known, or nothing is asked of people like this one',
    example: 'not_fit',
  })
  state: string;

  @DateField({ example: '2026-12-01' })
  on: string;

  @DateField({ example: '2026-12-01' })
  until: string;

  @DateField({
    nullable: true,
    description: 'Of somebody fit, the last day; null: without end, or not fit',
    example: null,
  })
  validUntil: string | null;

  @DateField({
    nullable: true,
    description: 'When the first of the papers has to be applied for',
    example: '2026-06-11',
  })
  startBy: string | null;

  @ListField(() => FitnessItemResponse)
  items: FitnessItemResponse[];

  static from({ fitness, kinds }: PersonFitness): FitnessResponse {
    const { state, on, until, validUntil, startBy, items } = fitness;
    return { state, on, until, validUntil, startBy, items: items.map((item) => FitnessItemResponse.from(item, kinds)) };
  }
}

export class PersonVesselResponse {
  @UuidField({ example: '0193a5c2-6666-7b1a-9c3d-2e8f6a4b1c0d' })
  id: string;

  @TextField({ maxLength: 100, example: 'Nordlys' })
  name: string;
}

/** Somebody in a list with their fitness. */
export class PersonFitnessResponse {
  @ObjectField(() => QueuePersonResponse)
  person: QueuePersonResponse;

  @TextField({ maxLength: 60, nullable: true, example: 'Chief mate' })
  rank: string | null;

  @ObjectField(() => PersonVesselResponse, { nullable: true })
  vessel: PersonVesselResponse | null;

  @ObjectField(() => FitnessResponse)
  fitness: FitnessResponse;

  static from(answer: PersonFitness): PersonFitnessResponse {
    const { userUuid, userId, firstName, lastName, facts } = answer.person;
    const { rank, vessel } = facts;
    return {
      person: { id: userUuid, userId, firstName, lastName },
      rank,
      vessel: vessel && { id: vessel.id, name: vessel.name },
      fitness: FitnessResponse.from(answer),
    };
  }
}

export class CheckedFitnessResponse {
  @UuidField({ example: '0193a1f0-5b7c-7c1e-9d55-3f0a8f1c2b7e' })
  userId: string;

  @ObjectField(() => FitnessResponse, { nullable: true, description: 'Null: there is no such person for you' })
  fitness: FitnessResponse | null;

  static from({ userId, answer }: CheckedFitness): CheckedFitnessResponse {
    return { userId, fitness: answer && FitnessResponse.from(answer) };
  }
}

export class ForecastCauseResponse {
  @ObjectField(() => AskedRequirementResponse)
  requirement: AskedRequirementResponse;

  @IntegerField({ example: 3 })
  people: number;

  static from({ item, kinds, people }: ForecastCause): ForecastCauseResponse {
    return { requirement: AskedRequirementResponse.from(item, kinds), people };
  }
}

export class ForecastMonthResponse {
  @TextField({ maxLength: 7, example: '2027-01' })
  month: string;

  @IntegerField({ description: 'How many are fit today and no longer from a day of this month on', example: 4 })
  people: number;

  @ListField(() => ForecastCauseResponse, { description: 'What ends first; one person can have several' })
  causes: ForecastCauseResponse[];
}

export class ForecastResponse {
  @DateField({ description: "In the organisation's time zone", example: '2026-11-21' })
  today: string;

  @IntegerField({ description: 'How many people were looked at', example: 240 })
  people: number;

  @BooleanField({ description: 'Whether that is everybody', example: true })
  isWhole: boolean;

  @IntegerField({ description: 'How many of them are not fit today', example: 12 })
  notFit: number;

  @ListField(() => ForecastMonthResponse)
  months: ForecastMonthResponse[];

  static from({ today, people, isWhole, notFit, months }: Forecast): ForecastResponse {
    return {
      today,
      people,
      isWhole,
      notFit,
      months: months.map(({ month, people: unfit, causes }) => ({
        month,
        people: unfit,
        causes: causes.map((cause) => ForecastCauseResponse.from(cause)),
      })),
    };
  }
}

function kindsOf(need: Need): string[] {
  if ('kind' in need) return [need.kind];
  if ('recognised' in need) return need.recognised;
  const inner = 'allOf' in need ? need.allOf : 'oneOf' in need ? need.oneOf : need.of;
  return [...new Set(inner.flatMap(kindsOf))];
}

/** By the kinds' own names. */
function nameOf(need: Need, kinds: Kinds): RequirementNameResponse {
  const byCode = new Map([...kinds.values()].map(({ definition }) => [definition.code, definition.name]));
  const names = kindsOf(need).map((code) => byCode.get(code) ?? { en: code });
  const join = (language: 'en' | 'fr') =>
    names.map((name) => name[language] ?? name.en).join('allOf' in need ? ' + ' : ' / ');
  if (!('recognised' in need)) return { en: join('en'), fr: join('fr') };
  return {
    en: `Recognised by the flag: ${join('en')}`,
    fr: `Reconnu par le pavillon : ${join('fr')}`,
  };
}
