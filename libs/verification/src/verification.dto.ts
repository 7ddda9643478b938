import { ROLES, type Role } from '#libs/auth';
import { BooleanQuery, EnumField, InstantQuery, PageQuery, TextField, UuidField } from '#libs/common';
import { MEMBERSHIP_STATES, type MembershipState } from '#libs/users';
import { PROFILE_STATES, type ProfileState } from './profile-counts.entity';
import { type TargetType, targetTypes } from './target-types';

/** Whose claim on an entry of the queue: the caller's own, or nobody's but perhaps the caller's. */
export const CLAIMED = ['me', 'nobody'] as const;
export type Claimed = (typeof CLAIMED)[number];

/** Property names are the wire names of contract C. */
export class RosterQuery extends PageQuery {
  @EnumField(ROLES, { optional: true, description: 'Only people with this role' })
  role?: Role;

  @EnumField(MEMBERSHIP_STATES, { optional: true, description: 'Only memberships in this state' })
  state?: MembershipState;

  @EnumField(PROFILE_STATES, { optional: true, description: 'Only people whose papers are in this state' })
  verification_state?: ProfileState;
}

export class QueueQuery extends PageQuery {
  @EnumField(targetTypes, { optional: true, description: 'Only this kind of credential' })
  target_type?: TargetType;

  @TextField({
    maxLength: 200,
    form: 'exact',
    optional: true,
    description: 'Only this certificate type or diploma title',
  })
  subject?: string;

  @UuidField({ optional: true, description: 'Only credentials of this person' })
  user_id?: string;

  @InstantQuery('Only what was sent in at this time or later')
  submitted_after?: string;

  @InstantQuery('Only what was sent in before this time')
  submitted_before?: string;

  @EnumField(CLAIMED, {
    optional: true,
    description: '`me`: only what you have claimed; `nobody`: without what somebody else has claimed',
  })
  claimed?: Claimed;

  @BooleanQuery({
    description: 'Also the kinds of credentials besides certificates and diplomas, when no `target_type` is named',
  })
  all_kinds: boolean = false;
}

export class RejectDto {
  @TextField({
    minLength: 1,
    maxLength: 1000,
    pattern: /\S/,
    form: 'prose',
    description: 'Told to the professional',
    example: 'The scan is cut off: the expiry date cannot be read.',
  })
  reason: string;
}
