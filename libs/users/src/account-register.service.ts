import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Clock } from '#libs/common';
import { Account } from './account.entity';

/** `do nothing`, so that of two at once the second waits for the first, and then finds its account. */
const OPEN = `
  insert into accounts (id, email, password_hash, proved_at, created_at, updated_at) values ($1, $2, $3, $4, $4, $4)
  on conflict (email) do nothing returning id`;

/** The rows of accounts. Who may make or change one is said in libs/accounts: its owner, and no organisation. */
@Injectable()
export class AccountRegister {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  get(id: string): Promise<Account> {
    return this.dataSource.manager.findOneByOrFail(Account, { id });
  }

  /** The account of an address in lower case, which nobody else changes until the transaction ends. */
  lock(tx: EntityManager, email: string): Promise<Account | null> {
    return tx.findOne(Account, { where: { email }, lock: { mode: 'pessimistic_write' } });
  }

  /** An account whose address is proved. False when there is one of this address. */
  async open(tx: EntityManager, account: Pick<Account, 'id' | 'email' | 'passwordHash'>): Promise<boolean> {
    const { id, email, passwordHash } = account;
    const opened = await tx.query<unknown[]>(OPEN, [id, email, passwordHash, this.clock.now()]);
    return opened.length > 0;
  }

  /** The owner of the address shows it: whatever password somebody else had set is replaced. */
  async prove(tx: EntityManager, id: string, passwordHash: string | null): Promise<void> {
    const now = this.clock.now();
    await tx.update(Account, { id }, { passwordHash, provedAt: now, updatedAt: now });
  }

  /** False when the hash that is to be replaced is the account's no more. */
  async setPassword(tx: EntityManager, account: { id: string; passwordHash: string | null }, passwordHash: string) {
    const { affected } = await tx.update(Account, account, { passwordHash, updatedAt: this.clock.now() });
    return affected !== 0;
  }
}
