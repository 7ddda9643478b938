import { problem } from '#libs/common';

/** What RFC 6750 asks a 401 to carry. */
const CHALLENGE = { 'www-authenticate': 'Bearer' };

export const notSignedIn = problem(
  'not_signed_in',
  401,
  'Send a valid access token as "Authorization: Bearer ..."; it may be missing, expired or signed out.',
  CHALLENGE,
);
export const sessionTokenInvalid = problem(
  'session_token_invalid',
  401,
  'Send the x-session-token that belongs to the same sign-in as the access token.',
  CHALLENGE,
);
export const sessionRequired = problem(
  'session_required',
  403,
  'This needs a person who signed in to Credence itself.',
);
export const scopeMissing = problem('scope_missing', 403, 'The API key lacks the scope for this; "detail" names it.');
export const noAccount = problem(
  'no_account',
  403,
  'The identity provider knows you, but there is no active account for you here.',
);
export const identityProviderUnavailable = problem(
  'identity_provider_unavailable',
  503,
  'The identity provider does not answer; try again in a moment.',
  { 'retry-after': '5' },
);
export const notPermitted = problem('not_permitted', 403, 'Your role does not allow this.');

/**
 * 403 with the scopes that would do, in words and as RFC 6750 (3.1) asks: of each list one is needed. An empty list: only a person may.
 */
export const scopesMissing = (needed: readonly (readonly string[])[]) =>
  needed.some((scopes) => scopes.length === 0)
    ? scopeMissing({ detail: 'No scope of an API key allows this: it needs a person.' })
    : scopeMissing({
        detail:
          needed.length === 1
            ? `The API key lacks the scope ${needed[0]?.join(' or ')}.`
            : `This needs the scopes ${needed.map((scopes) => scopes.join(' or ')).join(' and ')} together; the API key lacks one.`,
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed.flat().join(' ')}"` },
      });
