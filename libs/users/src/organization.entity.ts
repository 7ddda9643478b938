import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** ISO 639-1 codes of the languages an organisation can choose. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is done about a file that another credential of the organisation has already. */
export const DUPLICATE_POLICIES = ['warn', 'refuse'] as const;
export type DuplicatePolicy = (typeof DUPLICATE_POLICIES)[number];

/** A tenant. Everything of every feature belongs to exactly one. */
@Entity('organizations')
@Unique('organizations_uuid_key', ['uuid'])
@Check('organizations_duplicate_policy_check', `duplicate_policy in ('warn', 'refuse')`)
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
