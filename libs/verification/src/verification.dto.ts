import { ROLES, type Role } from '#libs/auth';
import {
  BooleanQuery,
  EnumField,
  InstantInput,
  InstantQuery,
  IntegerField,
  PageQuery,
  TextField,
  UuidField,
} from '#libs/common';
import { MEMBERSHIP_STATES, type MembershipState } from '#libs/users';
import { CHECK_METHODS, type CheckMethod, type GivenCheck } from './check';
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

/** What any decision may state of how it was come to. */
export class CheckDto implements GivenCheck {
  @EnumField(CHECK_METHODS, {
    optional: true,
    nullable: true,
    example: 'document_only',
    description: 'How it was checked; left out: not stated',
  })
  method?: CheckMethod | null;

  @TextField({
    maxLength: 200,
    optional: true,
    nullable: true,
    example: 'NMA register, entry 4711',
    description: 'Of a call, a letter, an entry in a register; its owner can read it',
  })
  reference?: string | null;

  @InstantInput({
    optional: true,
    nullable: true,
    example: '2024-12-05T14:56:23.000Z',
    description: 'When it was checked; left out: when it is decided',
  })
  checkedAt?: string | null;
}

export class VerifyDto extends CheckDto {
  @IntegerField({
    min: 0,
    max: 100_000,
    optional: true,
    nullable: true,
    example: null,
    description:
      'A review desk says how many pages of the file it has shown; fewer than there are is refused, if your organisation wants that',
  })
  pagesShown?: number | null;
}

export class ReopenDto {
  @TextField({
    minLength: 1,
    maxLength: 1000,
    pattern: /\S/,
    form: 'prose',
    description: 'Kept in the history, which the professional can read',
    example: 'The issuer has withdrawn the certificate.',
  })
  reason: string;
}

export class RejectDto extends CheckDto {
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
