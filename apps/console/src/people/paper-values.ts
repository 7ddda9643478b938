import { type FieldName, FIELDS, fieldOf } from './fields';

/** What the form of a paper holds, all of it text; empty is "none". The fields of other kinds stay empty. */
export type PaperValues = Record<FieldName, string>;

export const NO_VALUES = Object.fromEntries(Object.keys(FIELDS).map((field) => [field, ''])) as PaperValues;

export type Wrong = 'isRequired' | 'tooLong' | 'expiryBeforeIssue' | 'inFuture';

/** What the API would say no to of these fields, before it is asked. */
export function wrongFields(
  fields: readonly FieldName[],
  values: PaperValues,
  today: string,
): Partial<Record<FieldName, Wrong>> {
  const wrong: Partial<Record<FieldName, Wrong>> = {};
  for (const field of fields) {
    const { isRequired, maxLength, isPast } = fieldOf(field);
    const value = values[field];
    if (isRequired && !value) wrong[field] = 'isRequired';
    if (maxLength !== undefined && value.length > maxLength) wrong[field] = 'tooLong';
    if (isPast && value > today) wrong[field] = 'inFuture';
  }
  if (values.issueDate && values.expiryDate && values.expiryDate < values.issueDate) {
    wrong.expiryDate = 'expiryBeforeIssue';
  }
  return wrong;
}

/** Those of the fields that are other than in `base`. */
export function changedFields(fields: readonly FieldName[], base: PaperValues, values: PaperValues): FieldName[] {
  return fields.filter((field) => values[field] !== base[field]);
}

export interface Merged {
  /** Mine where only I have changed something, theirs everywhere else. */
  values: PaperValues;
  /** Changed by both, and to something different: somebody has to choose. */
  conflicts: FieldName[];
  /** Changed by them. */
  theirs: FieldName[];
}

/** Two people have changed what both had read as `base`. */
export function merge(fields: readonly FieldName[], base: PaperValues, mine: PaperValues, theirs: PaperValues): Merged {
  const changedByThem = changedFields(fields, base, theirs);
  const changedByMe = changedFields(fields, base, mine);
  const conflicts = changedByThem.filter((field) => changedByMe.includes(field) && mine[field] !== theirs[field]);
  const kept = Object.fromEntries(changedByMe.map((field) => [field, mine[field]])) as Partial<PaperValues>;
  return { values: { ...theirs, ...kept }, conflicts, theirs: changedByThem };
}
