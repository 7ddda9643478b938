import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** ISO 639-1 codes of the languages an organisation can choose. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is done about a file that another credential of the organisation has already. */
export const DUPLICATE_POLICIES = ['warn', 'refuse'] as const;
export type DuplicatePolicy = (typeof DUPLICATE_POLICIES)[number];

/**
 * Who may decide on a credential. Never its owner; with `submitter` nobody either who recorded, edited or uploaded it; with `two_people`
 * moreover two of those who may have to say that it is right.
 */
export const REVIEW_POLICIES = ['owner', 'submitter', 'two_people'] as const;
export type ReviewPolicy = (typeof REVIEW_POLICIES)[number];

/** A tenant. Everything of every feature belongs to exactly one. */
@Entity('organizations')
@Unique('organizations_uuid_key', ['uuid'])
@Check('organizations_duplicate_policy_check', `duplicate_policy in ('warn', 'refuse')`)
@Check('organizations_review_policy_check', `review_policy in ('owner', 'submitter', 'two_people')`)
export class Organization {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'organizations_pkey',
  })
  id: number;

  @Column('uuid')
  uuid: string;

  @Column('varchar', { length: 200 })
  name: string;

  /** IANA name; decides which day "today" is. */
  @Column('varchar', { length: 64 })
  timeZone: string;

  @Column('varchar', { length: 2 })
  language: Language;

  /** Days before expiry at which a certificate counts as expiring soon. */
  @Column('integer')
  expiringSoonDays: number;

  /** Upper bound for the sum of all its files, in bytes. */
  @Column('bigint')
  uploadQuotaBytes: number;

  @Column('varchar', { length: 6, default: 'warn' })
  duplicatePolicy: DuplicatePolicy;

  @Column('varchar', { length: 10, default: 'submitter' })
  reviewPolicy: ReviewPolicy;

  /** False where the upgrade has left `owner`, because a single person decides there: until an admin chooses. */
  @Column('boolean', { default: true })
  isReviewPolicyChosen: boolean;

  /** Without a file a credential is verified only by somebody who says that they saw the original. */
  @Column('boolean', { default: true })
  requiresFileOrOriginal: boolean;

  /** At the review desk a file is verified only once all its pages have been shown. */
  @Column('boolean', { default: true })
  requiresShownFile: boolean;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change. */
  @Column('integer', { default: 1 })
  revision: number;

  get etag(): string {
    return `${this.uuid}.${this.revision}`;
  }
}
