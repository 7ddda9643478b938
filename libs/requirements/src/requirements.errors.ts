import { problem } from '#libs/common';

export const requirementSetNotFound = problem(
  'requirement_set_not_found',
  404,
  'There is no such requirement set for you.',
);
export const requirementSetExists = problem('requirement_set_exists', 409, 'A requirement set has this code already.');
export const tooManyRequirementSets = problem(
  'too_many_requirement_sets',
  422,
  'The organisation has as many requirement sets of its own as it can have.',
);
export const requirementRefused = problem('requirement_refused', 422, 'This cannot be asked for.');
export const effectiveFromTooEarly = problem(
  'effective_from_too_early',
  422,
  'A change cannot hold from a day before the newest one does.',
);
export const waiverNotFound = problem('waiver_not_found', 404, 'There is no such waiver for you.');
export const waiverDaysRefused = problem('waiver_days_refused', 422, 'These are no days for a waiver.');
export const ownWaiver = problem('own_waiver', 403, 'Nobody gives leave to themselves.');
export const requirementUnknown = problem('requirement_unknown', 422, 'The set has no such requirement.');
export const dispensationNeeded = problem(
  'dispensation_needed',
  422,
  "What a convention or a flag asks for can be waived only with the flag's verified dispensation for a named ship.",
);
export const neverDispensed = problem('never_dispensed', 422, 'There is no dispensation for radio operators.');
