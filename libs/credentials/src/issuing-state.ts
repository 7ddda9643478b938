import { fieldProblem, issuingStateOf } from '#libs/common';
import { issuingStateUnknown } from './credentials.errors';

/** One state is stored under one code, however it was given. @throws issuing_state_unknown */
export function withState<D extends { issuingState?: string | null }>(given: D): D {
  if (typeof given.issuingState !== 'string') return given;
  const issuingState = issuingStateOf(given.issuingState);
  if (issuingState === null) throw fieldProblem(issuingStateUnknown, 'issuingState');
  return { ...given, issuingState };
}
