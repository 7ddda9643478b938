import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** A person, with two public names: the integer `id` of contract D and the `uuid` of contract C. */
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

  /** Lower case; the name to sign in with. */
  @Column('varchar', { length: 250 })
  email: string;

  @Column('varchar', { length: 100 })
  firstName: string;

  @Column('varchar', { length: 100 })
  lastName: string;

  /** argon2id in PHC string format. Null: signs in elsewhere, or not at all (the user of an API key). */
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
