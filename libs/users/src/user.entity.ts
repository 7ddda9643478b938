import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/**
 * The two public names of a person in an organisation: the integer `id` of contract D and the `uuid` of contract C. They are there from the
 * first moment and stay when the person accepts. People of two organisations from before memberships had names of their own have one row.
 */
@Entity('users')
@Index('users_search_idx', { synchronize: false })
@Unique('users_uuid_key', ['uuid'])
@Unique('users_email_key', ['email'])
export class User {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'users_pkey',
  })
  id: number;

  /** What other tables refer to. */
  @Column('uuid')
  uuid: string;

  /** This and the next three are of the version before, which is all that reads and writes them; the next release drops them. */
  @Column('varchar', { length: 250, nullable: true })
  email: string | null;

  @Column('varchar', { length: 100, nullable: true })
  firstName: string | null;

  @Column('varchar', { length: 100, nullable: true })
  lastName: string | null;

  @Column('varchar', { length: 200, nullable: true })
  passwordHash: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change. */
  @Column('integer', { default: 1 })
  revision: number;
}
