import { problem } from '#libs/common';

const CHALLENGE = { 'www-authenticate': 'Bearer' };

export const notSignedInDefinition = problem(
  'not_signed_in',
  401,
  'Send a valid access token as "Authorization: Bearer ..."; it may be missing, expired or signed out.',
);
export const sessionTokenInvalidDefinition = problem(
  'session_token_invalid',
  401,
  'Send the x-session-token that belongs to the same sign-in as the access token.',
);
export const notPermitted = problem('not_permitted', 403, 'Your role does not allow this.');

/** 401 with the challenge that RFC 6750 asks for. */
export const notSignedIn = () => notSignedInDefinition({ headers: CHALLENGE });
export const sessionTokenInvalid = () => sessionTokenInvalidDefinition({ headers: CHALLENGE });
