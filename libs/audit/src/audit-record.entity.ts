import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { StoredChanges } from './changes';

/** Who did what, when, from which session. The database accepts inserts only. No foreign keys: it outlives what it names. */
@Entity('audit_records')
@Index('audit_records_at_idx', ['organizationId', 'at', 'id'])
@Index('audit_records_subject_idx', ['organizationId', 'subjectUserUuid', 'at', 'id'], {
  where: 'subject_user_uuid is not null',
})
@Index('audit_records_target_idx', ['organizationId', 'targetId', 'targetType', 'at', 'id'])
@Index('audit_records_actor_idx', ['organizationId', 'actorUuid', 'at', 'id'], { where: 'actor_uuid is not null' })
@Index('audit_records_action_idx', ['organizationId', 'action', 'at', 'id'])
@Index('audit_records_kind_idx', ['organizationId', 'targetType', 'at', 'id'])
@Check('audit_records_actor_kind_check', `actor_kind in ('person', 'api-key', 'system')`)
export class AuditRecord {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_records_pkey' })
  id: string;

  @Column('bigint', { nullable: true })
  organizationId: number | null;

  @Column({ type: 'timestamptz', precision: 3 })
  at: Date;

  @Column('varchar', { length: 10 })
  actorKind: ActorKind;

  /** The person, or the API key. */
  @Column('uuid', { nullable: true })
  actorUuid: string | null;

  @Column('uuid', { nullable: true })
  sessionId: string | null;

  /** `resource.verb`, for example `certificate.create`. */
  @Column('varchar', { length: 60 })
  action: string;

  @Column('varchar', { length: 40 })
  targetType: string;

  @Column('varchar', { length: 60 })
  targetId: string;

  @Column('varchar', { length: 64, nullable: true })
  requestId: string | null;

  @Column('jsonb')
  details: Record<string, unknown>;

  /** The person concerned: whose paper, account or session it is. */
  @Column('uuid', { nullable: true })
  subjectUserUuid: string | null;

  @Column('jsonb', { default: {} })
  changes: StoredChanges;
}

export const ACTOR_KINDS = ['person', 'api-key', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];
