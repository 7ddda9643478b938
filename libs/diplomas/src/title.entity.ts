import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Organization } from '#libs/users';

/** The name of a degree or diploma, kept by an organisation. */
@Entity('titles')
@Unique('titles_organization_name_key', ['organizationId', 'name'])
export class Title {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'titles_pkey',
  })
  id: number;

  @Column('bigint')
  @ForeignKey(() => Organization, 'id', { name: 'titles_organization_fkey' })
  organizationId: number;

  @Column('varchar', { length: 200 })
  name: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;

  /** Counted by the database with every change. */
  @Column('integer', { default: 1 })
  revision: number;

  get etag(): string {
    return `${this.id}.${this.revision}`;
  }
}
