import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Scope } from '#libs/auth';
import { Organization } from './organization.entity';
import { User } from './user.entity';

/**
 * What a system may do in one organisation. Its id is also the uuid of a user row without membership and account: what
 * the key sends in is recorded under it. That row is in no list of people, and nobody can sign in as it.
 */
@Entity('api_keys')
@Index('api_keys_organization_id_idx', ['organizationId', 'id'])
export class ApiKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'api_keys_pkey' })
  @ForeignKey(() => User, 'uuid', { name: 'api_keys_user_fkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'api_keys_organization_fkey' })
  organizationId: number;

  @Column('varchar', { length: 100 })
  name: string;

  @Column('text', { array: true })
  scopes: Scope[];

  /** How the secret of today begins. */
  @Column('varchar', { length: 12 })
  prefix: string;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'api_keys_created_by_fkey' })
  createdByUserUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  /** Also the end of a deleted key: the row stays, because the trail names it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expiresAt: Date | null;

  /** To the minute. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  rotatedAt: Date | null;

  /** Counts the changes an admin makes; using the key is none. */
  @Column('integer')
  revision: number;

  get etag(): string {
    return `${this.id}.${this.revision}`;
  }
}
