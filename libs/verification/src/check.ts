import { Column } from 'typeorm';
import { fieldProblem, isUsualYear, parseInstant, yearOutOfRange } from '#libs/common';
import { checkedInFuture } from './verification.errors';

/** How a reviewer came to their decision. */
export const CHECK_METHODS = [
  'document_only',
  'original_seen',
  'issuer_contacted',
  'issuer_register',
  'other',
] as const;
export type CheckMethod = (typeof CHECK_METHODS)[number];

/** What a decision states of how it was come to; whatever is not stated is null, and nobody makes it up. */
export abstract class Check {
  @Column('varchar', { length: 16, nullable: true })
  method: CheckMethod | null;

  /** Of a call, a letter, an entry in a register. */
  @Column('varchar', { length: 200, nullable: true })
  reference: string | null;

  /** Null: when it was decided. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  checkedAt: Date | null;

  /** How many pages of the file the reviewer had before them, if a review desk has said so. */
  @Column('integer', { nullable: true })
  pagesShown: number | null;
}

/** What a request may say of it. */
export interface GivenCheck {
  method?: CheckMethod | null;
  reference?: string | null;
  checkedAt?: string | null;
  pagesShown?: number | null;
}

/** @throws checked_in_future, year_out_of_range, naming the field */
export function checkOf({ method, reference, checkedAt, pagesShown }: GivenCheck, now: Date): Check {
  const instant = checkedAt ? parseInstant(checkedAt) : null;
  if (instant && instant > now) throw fieldProblem(checkedInFuture, 'checkedAt');
  if (checkedAt && !isUsualYear(checkedAt.slice(0, 10))) throw fieldProblem(yearOutOfRange, 'checkedAt');
  return {
    method: method ?? null,
    reference: reference ?? null,
    checkedAt: instant,
    pagesShown: pagesShown ?? null,
  };
}
