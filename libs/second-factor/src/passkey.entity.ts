import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { Account } from '#libs/users';

/** A public key of the person's device or security key (WebAuthn Level 3, 4: credential record). */
@Entity('passkeys')
@Unique('passkeys_credential_id_key', ['credentialId'])
export class Passkey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'passkeys_pkey' })
  id: string;

  @Column('uuid')
  @Index('passkeys_account_idx')
  @ForeignKey(() => Account, 'id', { name: 'passkeys_account_fkey' })
  accountId: string;

  /** What the person calls it. */
  @Column('varchar', { length: 100 })
  name: string;

  /** At most 1,023 bytes, as base64url. */
  @Column('varchar', { length: 1364 })
  credentialId: string;

  /** COSE_Key (RFC 9052, 7). */
  @Column('bytea')
  publicKey: Buffer;

  /** Of the latest signature; stays 0 with authenticators that do not count. */
  @Column('bigint')
  counter: number;

  /** How browsers reach it: `internal`, `usb`, ... */
  @Column('jsonb')
  transports: string[];

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  lastUsedAt: Date | null;
}
