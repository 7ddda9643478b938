import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Account } from '#libs/users';

/** Who a person is at an identity provider. The pair names them for good; an e-mail address does not. */
@Entity('identities')
export class Identity {
  @PrimaryColumn('varchar', { length: 250, primaryKeyConstraintName: 'identities_pkey' })
  issuer: string;

  @PrimaryColumn('varchar', { length: 255, primaryKeyConstraintName: 'identities_pkey' })
  subject: string;

  /** The column has the name that the version before knows. */
  @Column('uuid', { name: 'user_uuid' })
  @Index('identities_user_idx')
  @ForeignKey(() => Account, 'id', { name: 'identities_account_fkey' })
  accountId: string;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;
}
