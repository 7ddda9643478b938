import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Organization } from '#libs/users';

/** The name of a degree or diploma, kept by an organisation. */
@Entity('titles')
@Unique('titles_organization_name_key', ['organizationId', 'name'])
@Unique('titles_organization_folded_name_key', ['organizationId', 'foldedName'])
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

  /** What a reader tells it by. Null for one that looked like another before names were compared so. */
  @Column('text', { nullable: true, select: false })
  foldedName: string | null;

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
