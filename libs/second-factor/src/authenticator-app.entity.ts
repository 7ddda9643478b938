import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Account } from '#libs/users';

/** The secret that an app makes codes from (RFC 6238). One for each account. */
@Entity('authenticator_apps')
export class AuthenticatorApp {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'authenticator_apps_pkey' })
  @ForeignKey(() => Account, 'id', { name: 'authenticator_apps_account_fkey' })
  accountId: string;

  /** Readable with SECRET_KEY only; see sealing.ts. */
  @Column('bytea')
  sealedSecret: Buffer;

  /** Of the latest code that was taken: neither it nor an older one is taken again. */
  @Column('bigint')
  lastUsedStep: number;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;
}
