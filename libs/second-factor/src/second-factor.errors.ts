import { problem } from '#libs/common';

/** What RFC 9110 asks a 401 to carry. */
const CHALLENGE = { 'www-authenticate': 'Bearer' };

export const secondFactorInvalid = problem(
  'second_factor_invalid',
  401,
  'This is not a valid second factor of the account, or it was used before; try another code or passkey.',
  CHALLENGE,
);
export const secondFactorExpired = problem(
  'second_factor_expired',
  401,
  'This sign-in was finished, has taken too long or has another password now; begin again with e-mail and password.',
  CHALLENGE,
);
export const addressNotProved = problem(
  'address_not_proved',
  409,
  'Nobody has shown yet that they read the mail of this address; choose a new password by mail ("forgot password") first.',
);
export const enrolmentExpired = problem(
  'enrolment_expired',
  422,
  'What was begun with this token was finished or has taken too long; begin again.',
);
export const authenticatorCodeWrong = problem(
  'authenticator_code_wrong',
  422,
  'This is not the code that the app shows now; see whether the time of the device is right.',
);
export const authenticatorAppExists = problem(
  'authenticator_app_exists',
  409,
  'There is an authenticator app already; remove it before you add another one.',
);
export const authenticatorAppNotFound = problem('authenticator_app_not_found', 404, 'There is no authenticator app.');
export const passkeyRefused = problem(
  'passkey_refused',
  422,
  'This passkey was not made for this place and this moment, or without asking for its owner.',
);
export const passkeyExists = problem('passkey_exists', 409, 'This passkey is registered already.');
export const passkeyNotFound = problem('passkey_not_found', 404, 'You have no such passkey.');
export const tooManyPasskeys = problem(
  'too_many_passkeys',
  409,
  'There are ten passkeys; remove one before you add another.',
);
export const passkeysNotPossible = problem(
  'passkeys_not_possible',
  409,
  'Passkeys need https and a name in PUBLIC_URL (or localhost); this installation has neither.',
);
export const noSecondFactor = problem(
  'no_second_factor',
  409,
  'Recovery codes are for accounts with a second factor; add one first.',
);
