import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row of what the data and the program must agree on. */
@Entity('installation')
@Check('installation_id_check', 'id = 1')
export class Installation {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'installation_pkey' })
  id: number;

  /** Derived from the SECRET_KEY that the data was made with, and of no other use. Null until the first start. */
  @Column({ type: 'bytea', nullable: true })
  secretFingerprint: Buffer | null;

  /** Major and minor version of the newest program that has migrated: `0.1`. */
  @Column({ type: 'varchar', length: 20, nullable: true })
  schemaVersion: string | null;
}
