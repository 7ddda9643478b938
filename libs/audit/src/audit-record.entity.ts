import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who did what, when, from which session. The database accepts inserts only. No foreign keys: it outlives what it names. */
@Entity('audit_records')
@Index('audit_records_organization_id_idx', ['organizationId', 'id'])
@Check('audit_records_actor_kind_check', `actor_kind in ('person', 'api-key', 'system')`)
export class AuditRecord {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_records_pkey' })
  id: string;

  @Column('bigint', { nullable: true })
  organizationId: number | null;

  @Column({ type: 'timestamptz', precision: 3 })
  at: Date;

  @Column('varchar', { length: 10 })
  actorKind: 'person' | 'api-key' | 'system';

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
}
