import { problem } from '#libs/common';

export const vesselNotFound = problem('vessel_not_found', 404, 'There is no such vessel for you.');
export const vesselUnknown = problem('vessel_unknown', 422, 'There is no such vessel for you.');
export const vesselExists = problem(
  'vessel_exists',
  409,
  'Your organisation has a vessel of this name or IMO number already.',
);
export const vesselInUse = problem(
  'vessel_in_use',
  409,
  'Somebody works on this vessel: it cannot be deleted before they are on another one or on none.',
);
export const imoNumberWrong = problem(
  'imo_number_wrong',
  422,
  'The last digit of an IMO number follows from the six before it, and this one does not.',
);
export const stateUnknown = problem('state_unknown', 422, 'There is no state of this code in ISO 3166-1.');
export const particularsDaysRefused = problem(
  'particulars_days_refused',
  422,
  'A date of birth is a day from 1900 to today, and a joining date one after it and before 2201.',
);
export const employeeNumberTaken = problem(
  'employee_number_taken',
  409,
  'Somebody else of your organisation has this employee number.',
);
