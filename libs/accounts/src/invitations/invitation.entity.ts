import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from '#libs/auth';
import { Organization, User } from '#libs/users';

/** Somebody who may make an account. Removed when accepted or expired: personal data without an account is not kept. */
@Entity('invitations')
@Unique('invitations_token_hash_key', ['tokenHash'])
@Check('invitations_role_check', `role in ('admin', 'office-admin', 'office-employee', 'crew-member')`)
@Index('invitations_organization_email_idx', ['organizationId', 'email'])
@Index('invitations_organization_id_idx', ['organizationId', 'id'])
@Index('invitations_search_idx', { synchronize: false })
export class Invitation {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'invitations_pkey' })
  id: string;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'invitations_organization_fkey' })
  organizationId: number;

  @Column('varchar', { length: 250 })
  email: string;

  @Column('varchar', { length: 100 })
  firstName: string;

  @Column('varchar', { length: 100 })
  lastName: string;

  @Column('varchar', { length: 20 })
  role: Role;

  @Column('uuid')
  @ForeignKey(() => User, 'uuid', { name: 'invitations_invited_by_fkey' })
  invitedByUserUuid: string;

  /** Null until the mail is written: the token exists in the mail only. */
  @Column('varchar', { length: 64, nullable: true })
  tokenHash: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('invitations_expires_at_idx')
  expiresAt: Date;

  /** All that changes is until when it holds, each time it is sent. */
  get etag(): string {
    return `${this.id}.${this.expiresAt.getTime()}`;
  }
}
