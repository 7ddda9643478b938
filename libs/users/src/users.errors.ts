import { problem } from '#libs/common';

export const personNotFound = problem('person_not_found', 404, 'There is no such person in your organisation.');
export const apiKeyNotFound = problem('api_key_not_found', 404, 'There is no such API key in your organisation.');
export const alreadyMember = problem(
  'already_member',
  409,
  'Somebody of your organisation has this e-mail address already.',
);
export const ownMembership = problem('own_membership', 409, 'You cannot change your own role or deactivate yourself.');
export const lastAdmin = problem('last_admin', 409, 'An organisation keeps at least one active admin.');
