import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far one comparison of storage with the records has come; the next process goes on from here. */
@Entity('storage_verifications')
export class StorageVerification {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'storage_verifications_pkey' })
  id: string;

  @Column({ type: 'timestamptz', precision: 3 })
  startedAt: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null;

  /** Of the newest upload that belongs to this run; later ones belong to the next. */
  @Column('bigint')
  lastNumber: number;

  /** Files to read, counted at the beginning. */
  @Column('integer')
  fileCount: number;

  /** Of the upload up to which files have been read. */
  @Column('bigint')
  readNumber: number;

  @Column('integer')
  readCount: number;

  /** The key up to which storage has been listed. */
  @Column('text')
  listedKey: string;

  @Column('integer')
  listedCount: number;
}
