import { addMonths, type CalendarDate, fieldProblem, isUsualYear } from '#libs/common';
import type { Boarding } from './engine/facts';
import { periodRefused } from './fitness.errors';

/** Longer than any contract; a day each is looked at by whoever plans. */
const MOST_MONTHS = 36;

/** What somebody wants to know of a person. */
export interface Asked {
  userUuid: string;
  on: CalendarDate;
  until: CalendarDate;
  as: Boarding;
  requirementSetId: string | null;
  vesselId: string | null;
}

interface Given {
  on?: CalendarDate;
  until?: CalendarDate | null;
  as?: Boarding['mode'] | null;
  since?: CalendarDate | null;
  requirementSetId?: string | null;
  vesselId?: string | null;
}

/** @param at before the names of fields: `items.3.`. @throws period_refused, naming the field */
export function askedQuestion(userUuid: string, given: Given, today: CalendarDate, at = ''): Asked {
  const { on = today, since, requirementSetId = null, vesselId = null } = given;
  const until = given.until ?? on;
  if (!isUsualYear(on)) throw fieldProblem(periodRefused, `${at}on`);
  if (until < on || until > addMonths(on, MOST_MONTHS)) throw fieldProblem(periodRefused, `${at}until`);
  return { userUuid, on, until, as: boardingOf(given.as, since, on, at), requirementSetId, vesselId };
}

function boardingOf(
  mode: Boarding['mode'] | null | undefined,
  since: CalendarDate | null | undefined,
  on: CalendarDate,
  at: string,
): Boarding {
  if (mode !== 'on_board') {
    if (since) throw fieldProblem(periodRefused, `${at}since`);
    return { mode: 'joining' };
  }
  if (!since || since > on || !isUsualYear(since)) throw fieldProblem(periodRefused, `${at}since`);
  return { mode, since };
}
