import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Account } from '#libs/users';

/** A code for the day when all else is lost. Its row goes when it is used. */
@Entity('recovery_codes')
export class RecoveryCode {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'recovery_codes_pkey' })
  @ForeignKey(() => Account, 'id', { name: 'recovery_codes_account_fkey' })
  accountId: string;

  /** SHA-256, in hex. */
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'recovery_codes_pkey' })
  codeHash: string;
}
