import { addDays, addMonths, type CalendarDate, endOfMonth } from '#libs/common';
import type { Validity } from './kind-definition';

/** One of the things that a paper proves. */
export interface DatedLine {
  kindId: string;
  /** Printed for this line. */
  endsOn: CalendarDate | null;
  /** Its own day of issue, test or injection, where it is not the paper's. */
  issuedOn: CalendarDate | null;
}

export interface DatedPaper {
  /** The kind that the paper itself is of. */
  kindId: string | null;
  issueDate: CalendarDate | null;
  /** As printed on the paper. */
  expiryDate: CalendarDate | null;
  /** Last day of the course. */
  courseDate: CalendarDate | null;
  /** End of the paper that this one renews. */
  previousEnd: CalendarDate | null;
  /** Extended by the authority, as a note on the paper says. */
  extendedUntil: CalendarDate | null;
}

export interface LineValidity {
  /** The first good day; null when nothing says it. */
  startsOn: CalendarDate | null;
  /** The last good day; null: it does not end, or nobody knows. */
  endsOn: CalendarDate | null;
  /** The end is a printed one. */
  isPrinted: boolean;
  /** False: it ends, but the date from which its end follows is missing, so it proves nothing for any day. */
  isKnown: boolean;
  warning: 'printed_end_late' | null;
}

/**
 * From when and until when a line of a paper is good, by the rule of its kind. An endorsement ends besides with the certificate behind it,
 * which is not looked at here.
 * @param holder a day of birth that is not known counts as that of an adult
 */
export function endOf(
  line: DatedLine,
  paper: DatedPaper,
  { validity }: { validity: Validity },
  holder: { dateOfBirth: CalendarDate | null },
): LineValidity {
  const issued = line.issuedOn ?? paper.issueDate;
  const printed = printedEnd(line, paper, validity);
  const computed = computedEnd(issued, paper, validity, holder.dateOfBirth);
  const end = validity.cuts && printed && computed && computed < printed ? computed : (printed ?? computed);
  const isExtended = end !== null && sharesEnd(line, paper, validity) && isLater(paper.extendedUntil, end);
  return {
    startsOn: issued && addDays(issued, validity.startsAfterDays ?? 0),
    endsOn: isExtended ? paper.extendedUntil : end,
    isPrinted: end !== null && end === printed,
    isKnown: end !== null || validity.rule === 'printed' || validity.rule === 'none',
    warning: isLater(printed, issued && longest(issued, validity)) ? 'printed_end_late' : null,
  };
}

/** Null: none is printed, or none that counts. */
function printedEnd(line: DatedLine, paper: DatedPaper, validity: Validity): CalendarDate | null {
  if (validity.ignoresPrinted) return null;
  return line.endsOn ?? (sharesEnd(line, paper, validity) ? paper.expiryDate : null);
}

/**
 * One end is printed on a paper that proves several things: it is the end of what the paper itself is, and of what ends as printed. Colour
 * vision outlives the medical that it stands on, first aid the basic safety training that it was part of.
 */
function sharesEnd({ kindId, endsOn }: DatedLine, paper: DatedPaper, { rule }: Validity): boolean {
  return kindId === paper.kindId || (endsOn === null && (rule === 'printed' || rule === 'revalidation'));
}

/** Null: the rule computes none, or a date is missing that it takes. */
function computedEnd(
  issued: CalendarDate | null,
  paper: DatedPaper,
  validity: Validity,
  dateOfBirth: CalendarDate | null,
): CalendarDate | null {
  const { rule, months, base, under } = validity;
  if (months === undefined || issued === null || (rule !== 'issue_plus' && rule !== 'revalidation')) return null;
  const from = (base === 'course' ? paper.courseDate : base === 'previous_end' ? paper.previousEnd : null) ?? issued;
  const isUnder = under && dateOfBirth !== null && addMonths(dateOfBirth, under.age * 12) > issued;
  const end = addMonths(from, isUnder ? under.months : months);
  return validity.endOfMonth ? endOfMonth(end) : end;
}

function longest(issued: CalendarDate, { longestMonths }: Validity): CalendarDate | null {
  return longestMonths === undefined ? null : addMonths(issued, longestMonths);
}

function isLater(date: CalendarDate | null, than: CalendarDate | null): boolean {
  return date !== null && than !== null && date > than;
}
