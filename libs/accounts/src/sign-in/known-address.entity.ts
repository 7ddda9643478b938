import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { User } from '#libs/users';

/** An address from which the person has proved who they are. Strangers elsewhere cannot use up its attempts. */
@Entity('known_addresses')
export class KnownAddress {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'known_addresses_pkey' })
  @ForeignKey(() => User, 'uuid', { name: 'known_addresses_user_fkey' })
  userUuid: string;

  /** An IPv4 address or an IPv6 network; see network.ts. */
  @PrimaryColumn('varchar', { length: 45, primaryKeyConstraintName: 'known_addresses_pkey' })
  network: string;

  @Column({ type: 'timestamptz', precision: 3 })
  lastUsedAt: Date;
}
