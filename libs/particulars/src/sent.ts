import { fieldProblem, issuingStateOf } from '#libs/common';
import { stateUnknown } from './particulars.errors';

/** The fields that were sent, these with the three letters of the state that they name. @throws state_unknown, naming the field */
export function sent<T extends object>(dto: T, ...states: (keyof T & string)[]): T {
  const fields = Object.entries(dto).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    fields.map(([field, value]) => {
      if (typeof value !== 'string' || !states.includes(field as keyof T & string)) return [field, value];
      const state = issuingStateOf(value);
      if (state === null) throw fieldProblem(stateUnknown, field);
      return [field, state];
    }),
  ) as T;
}
