import {
  type CalendarDate,
  DateField,
  EnumField,
  InstantQuery,
  IntegerQuery,
  ObjectListInput,
  PageQuery,
  UuidField,
} from '#libs/common';
import { FITNESS_STATES, type FitnessState } from './engine/answer';

export const BOARDINGS = ['joining', 'on_board'] as const;
const MOST_CHECKED = 500;
const MOST_MONTHS = 24;

/** Property names are the wire names. */
export class FitnessQuery {
  @DateField({ optional: true, description: 'Today when left out', example: '2026-12-01' })
  on?: CalendarDate;

  @DateField({ optional: true, description: 'The last day, for all of them from `on`', example: '2027-03-31' })
  until?: CalendarDate;

  @EnumField(BOARDINGS, {
    optional: true,
    description:
      'Whether somebody is about to go on board, or is there `since` a day: what ends on a voyage may stay good for a while',
    example: 'joining',
  })
  as?: (typeof BOARDINGS)[number];

  @DateField({ optional: true, description: 'With `as=on_board`, the day of going on board', example: '2026-10-05' })
  since?: CalendarDate;

  @UuidField({
    optional: true,
    description: "Asks by this set, of a rank instead of the person's own",
    example: '0193a5c2-5555-7b1a-9c3d-2e8f6a4b1c0d',
  })
  requirement_set_id?: string;

  @UuidField({
    optional: true,
    description: "Asks for this vessel instead of the person's own",
    example: '0193a5c2-6666-7b1a-9c3d-2e8f6a4b1c0d',
  })
  vessel_id?: string;

  @InstantQuery(
    'By what was known of papers, decisions, kinds, sets and waivers at this moment; particulars are those of today',
  )
  known_at?: string;
}

/** Everybody of the organisation. */
export class FitnessListQuery extends PageQuery {
  @DateField({ optional: true, description: 'Today when left out', example: '2026-12-01' })
  on?: CalendarDate;

  @EnumField(FITNESS_STATES, { optional: true, description: 'Only who is this', example: 'not_fit' })
  state?: FitnessState;

  @UuidField({
    optional: true,
    description: 'Asks everybody by this set',
    example: '0193a5c2-5555-7b1a-9c3d-2e8f6a4b1c0d',
  })
  requirement_set_id?: string;

  @DateField({
    optional: true,
    description: 'Only who is fit and will be no longer on this day',
    example: '2027-01-01',
  })
  expiring_before?: CalendarDate;
}

export class CheckItemDto {
  @UuidField({ example: '0193a1f0-5b7c-7c1e-9d55-3f0a8f1c2b7e' })
  userId: string;

  @DateField({ example: '2026-12-01' })
  on: CalendarDate;

  @DateField({ optional: true, nullable: true, example: '2027-03-31' })
  until?: CalendarDate | null;

  @EnumField(BOARDINGS, { optional: true, nullable: true, example: 'joining' })
  as?: (typeof BOARDINGS)[number] | null;

  @DateField({ optional: true, nullable: true, example: null })
  since?: CalendarDate | null;

  @UuidField({ optional: true, nullable: true, example: null })
  requirementSetId?: string | null;

  @UuidField({ optional: true, nullable: true, example: null })
  vesselId?: string | null;
}

export class CheckFitnessDto {
  @ObjectListInput(() => CheckItemDto, { minItems: 1, maxItems: MOST_CHECKED })
  items: CheckItemDto[];
}

export class ForecastQuery {
  @IntegerQuery({ min: 1, max: MOST_MONTHS, description: 'So many months from this one (default 12)', example: 12 })
  months: number = 12;
}
