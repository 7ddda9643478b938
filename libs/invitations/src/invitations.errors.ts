import { problem } from '#libs/common';

export const invitationInvalid = problem(
  'invitation_invalid',
  422,
  'The invitation is unknown, was used, is not backed any more by whoever sent it, or has expired; ask for another one.',
);
export const invitationNotFound = problem(
  'invitation_not_found',
  404,
  'There is no such open invitation in your organisation.',
);
export const invitationOfHigherRole = problem(
  'invitation_of_higher_role',
  409,
  'The person is invited with a role above yours; whoever has that role can change it.',
);
export const tooManyInvitationsDefinition = problem(
  'too_many_invitations',
  429,
  'There were too many invitations; wait for as many seconds as Retry-After says.',
);
export const passwordNotYours = problem(
  'password_not_yours',
  422,
  'Nobody sets the password of somebody else: leave it out, and the person chooses one with the invitation.',
);
export const passwordRequired = problem(
  'password_required',
  422,
  'There is no account with the address of the invitation yet: choose a password.',
);
export const accountExists = problem(
  'account_exists',
  409,
  'The address of the invitation has an account: accept without a password, and sign in with the one it has.',
);

export const tooManyInvitations = (seconds: number) =>
  tooManyInvitationsDefinition({ headers: { 'retry-after': String(seconds) } });
