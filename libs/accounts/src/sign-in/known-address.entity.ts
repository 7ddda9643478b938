import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Account } from '#libs/users';

/** An address from which the person has proved who they are. Strangers elsewhere cannot use up its attempts. */
@Entity('known_addresses')
export class KnownAddress {
  /** The column has the name that the version before knows. */
  @PrimaryColumn('uuid', { name: 'user_uuid', primaryKeyConstraintName: 'known_addresses_pkey' })
  @ForeignKey(() => Account, 'id', { name: 'known_addresses_account_fkey' })
  accountId: string;

  /** An IPv4 address or an IPv6 network; see network.ts. */
  @PrimaryColumn('varchar', { length: 45, primaryKeyConstraintName: 'known_addresses_pkey' })
  network: string;

  @Column({ type: 'timestamptz', precision: 3 })
  lastUsedAt: Date;
}
