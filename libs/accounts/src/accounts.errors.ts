import { problem } from '#libs/common';

/** What RFC 9110 asks a 401 to carry; always the same, whatever was wrong. */
const CHALLENGE = { 'www-authenticate': 'Bearer' };

export const credentialsInvalid = problem(
  'credentials_invalid',
  401,
  'E-mail and password do not belong to an active account.',
  CHALLENGE,
);
export const secondFactorRequired = problem(
  'second_factor_required',
  401,
  'The password is right and this account has a second factor: go on with "secondFactor" at /auth/v1/rs/login/second-factor.',
  CHALLENGE,
);
export const refreshTokenInvalid = problem(
  'refresh_token_invalid',
  401,
  'The refresh token is not valid any more; sign in again.',
  CHALLENGE,
);
export const tooManyAttemptsDefinition = problem(
  'too_many_attempts',
  429,
  'There were too many failed attempts; wait for as many seconds as Retry-After says.',
);
export const sessionNotFound = problem('session_not_found', 404, 'There is no such session that could be ended.');
export const membershipNotFound = problem(
  'membership_not_found',
  422,
  'You have no active membership in this organisation.',
);
export const currentPasswordWrong = problem('current_password_wrong', 422, 'The current password is not right.');
export const providerTokenRequired = problem(
  'provider_token_required',
  403,
  'Send a token of the identity provider; this one is of Credence itself.',
);
export const passwordTooCommon = problem(
  'password_too_common',
  422,
  'This password is easy to guess: it is a common one, or little more than a name.',
);
export const resetTokenInvalid = problem(
  'reset_token_invalid',
  422,
  'The link for a new password is unknown, was used or has expired; ask for another one.',
);

/** The same for an account that exists and one that does not. */
export const tooManyAttempts = (seconds: number) =>
  tooManyAttemptsDefinition({ headers: { 'retry-after': String(seconds) } });
