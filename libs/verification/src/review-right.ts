import type { Actor } from '#libs/auth';
import type { ProblemDefinition } from '#libs/common';
import { uploaderSql } from '#libs/uploads';
import type { ReviewRules } from '#libs/users';
import { ownCredential, ownEntry, secondReviewerNeeded } from './verification.errors';

/** Why the caller may not verify something; the codes are those of the problems. */
export const OBSTACLES = ['not_permitted', 'own_credential', 'own_entry', 'second_reviewer_needed'] as const;
export type Obstacle = (typeof OBSTACLES)[number];

/** What decides whether somebody may decide. */
export interface Standing {
  /** Whose credential it is. */
  userUuid: string;
  /** The caller recorded, edited or uploaded something of it. */
  hasHand: boolean;
  /** Who gave the first word on the current submission. */
  confirmedByUserUuid: string | null;
  rules: Pick<ReviewRules, 'reviewPolicy'>;
}

/** Is the person, an expression, among those who had a hand in the verification `v`: in what was sent in, ever, or in a file of it? */
export function hasHandSql(person: string): string {
  return `(${person} = any(v.also_edited_by) or exists (
    select from submissions h where h.verification_id = v.id
      and ${person} in (h.submitted_by_user_uuid, ${uploaderSql('h.upload_id', 'v.organization_id')})))`;
}

/** What keeps them from any decision; the rule behind every policy. */
export function refusalOf({ userUuid: actor }: Pick<Actor, 'userUuid'>, standing: Standing): ProblemDefinition | null {
  if (standing.userUuid === actor) return ownCredential;
  return standing.hasHand && standing.rules.reviewPolicy !== 'owner' ? ownEntry : null;
}

/** Two have to find it right, and nobody has said so yet. */
export function isFirstWord(standing: Standing): boolean {
  return standing.rules.reviewPolicy === 'two_people' && standing.confirmedByUserUuid === null;
}

/** Of two who have to find it right they are the first, and cannot be the second. */
export function isFirstOfTwo({ userUuid }: Pick<Actor, 'userUuid'>, standing: Standing): boolean {
  return standing.rules.reviewPolicy === 'two_people' && standing.confirmedByUserUuid === userUuid;
}

/** What keeps them from verifying it, for those who ask before; null: nothing. */
export function obstacleFor(actor: Actor, standing: Standing): Obstacle | null {
  if (!actor.may('verification:decide')) return 'not_permitted';
  const refused = refusalOf(actor, standing) ?? (isFirstOfTwo(actor, standing) ? secondReviewerNeeded : null);
  return refused && (refused.code as Obstacle);
}
