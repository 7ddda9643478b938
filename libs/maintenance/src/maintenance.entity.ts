import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** There is one row while nothing may be written, and none otherwise. */
@Entity('maintenance')
@Check('maintenance_id_check', 'id = 1')
export class Maintenance {
  @PrimaryColumn('smallint', { primaryKeyConstraintName: 'maintenance_pkey' })
  id: number;

  @Column({ type: 'timestamptz', precision: 3 })
  since: Date;

  /** For whoever asks an operator; never shown to users. */
  @Column('varchar', { length: 200 })
  reason: string;

  /** Of the move that the registry stands still for. When maintenance ends, so does the move: what was copied is out of date. */
  @Column('uuid', { nullable: true })
  moveId: string | null;
}
