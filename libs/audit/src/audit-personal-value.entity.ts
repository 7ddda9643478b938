import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What a record of the trail says about a person in their own words: kept beside the record, so that an erasure leaves the record
 * as it is. Written once; the application may not change or remove it.
 */
@Entity('audit_personal_values')
export class AuditPersonalValue {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_personal_values_pkey' })
  auditRecordId: string;

  @PrimaryColumn('varchar', { length: 60, primaryKeyConstraintName: 'audit_personal_values_pkey' })
  field: string;

  /** Whose value it is: of the person concerned, or of the actor (the address they came from). */
  @Column('uuid', { nullable: true })
  @Index('audit_personal_values_person_idx')
  personUuid: string | null;

  @Column('text', { nullable: true })
  before: string | null;

  @Column('text', { nullable: true })
  after: string | null;
}
