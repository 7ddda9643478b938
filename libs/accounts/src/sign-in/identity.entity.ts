import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { User } from '#libs/users';

/** Who a person is at an identity provider. The pair names them for good; an e-mail address does not. */
@Entity('identities')
export class Identity {
  @PrimaryColumn('varchar', { length: 250, primaryKeyConstraintName: 'identities_pkey' })
  issuer: string;

  @PrimaryColumn('varchar', { length: 255, primaryKeyConstraintName: 'identities_pkey' })
  subject: string;

  @Column('uuid')
  @Index('identities_user_idx')
  @ForeignKey(() => User, 'uuid', { name: 'identities_user_fkey' })
  userUuid: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
