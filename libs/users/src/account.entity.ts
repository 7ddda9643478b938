import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { User } from './user.entity';

/**
 * A way in, of one human being: who reads the mail of its address. It belongs to no organisation, and none writes it; what an organisation
 * keeps of the person is a `Membership`, which names the account once the person has accepted.
 */
@Entity('accounts')
@Unique('accounts_email_key', ['email'])
export class Account {
  /** The uuid of the person as whom it was made first. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'accounts_pkey' })
  @ForeignKey(() => User, 'uuid', { name: 'accounts_user_fkey' })
  id: string;

  /** Lower case, NFC; the name to sign in with. */
  @Column('varchar', { length: 250 })
  email: string;

  /** argon2id in PHC string format. Null: signs in at the identity provider only. */
  @Column('varchar', { length: 200, nullable: true })
  passwordHash: string | null;

  /** When mailbox or provider showed that the address is theirs. Null: made by somebody else, before that was asked for. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  provedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt: Date;
}
