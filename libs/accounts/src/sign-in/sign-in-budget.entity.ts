import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How many attempts of one kind are used up in the running window. Counted here because several processes must agree. */
@Entity('sign_in_budgets')
export class SignInBudget {
  /** A keyed digest of what is counted: neither an e-mail address nor an IP address can be read from it. */
  @PrimaryColumn('varchar', { length: 64, primaryKeyConstraintName: 'sign_in_budgets_pkey' })
  key: string;

  @Column('integer')
  used: number;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index('sign_in_budgets_resets_at_idx')
  resetsAt: Date;

  /** Whether the trail already says that this window is used up. */
  @Column('boolean')
  slowed: boolean;
}
