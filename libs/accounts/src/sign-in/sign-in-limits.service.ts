import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit } from '#libs/audit';
import { Clock, networkOf } from '#libs/common';
import { type Attempt, type BudgetKind, Budgets } from './budgets.service';
import type { Caller } from '../caller';
import { tooManyAttempts } from '../accounts.errors';

/** Real password checks of one account that strangers can cause. */
export const ACCOUNT_BUDGET: BudgetKind = { name: 'account', attempts: 10, minutes: 15 };
/** Real password checks of one account from one address where its owner has signed in before. */
export const KNOWN_ADDRESS_BUDGET: BudgetKind = { name: 'account-at-known-address', attempts: 10, minutes: 15 };
/** Real password checks from one address, whatever the accounts. */
export const ADDRESS_BUDGET: BudgetKind = { name: 'address', attempts: 100, minutes: 15 };
/** Wrong guesses of the current password by somebody who is signed in. */
export const CURRENT_PASSWORD_BUDGET: BudgetKind = { name: 'current-password', attempts: 10, minutes: 15 };

const KNOWN_FOR_DAYS = 90;
const DAY_MS = 86_400_000;

/** Whose sign-in is tried. For an address that names no account all but the e-mail is null. */
export interface SignInTarget {
  email: string;
  userUuid: string | null;
  organizationId: number | null;
  isKnownAddress: boolean;
}

/** Codes of the audit trail. */
type RefuseReason = 'credentials_invalid' | 'too_many_attempts';

const REMEMBER = `
  insert into known_addresses (user_uuid, network, last_used_at) values ($1, $2, $3)
  on conflict (user_uuid, network) do update set last_used_at = excluded.last_used_at`;
const FORGET = 'delete from known_addresses where user_uuid = $1 and last_used_at < $2';

/** Slows those who guess passwords, without locking the owner out and without telling whether an account exists. */
@Injectable()
export class SignInLimits {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly budgets: Budgets,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Comes before the password is looked at: 1,000 at once must not mean 1,000 checks. @throws too_many_attempts */
  async begin(target: SignInTarget, caller: Caller): Promise<Attempt[]> {
    const network = networkOf(caller.address);
    const { taken, usedUp } = target.isKnownAddress
      ? await this.budgets.take({ kind: KNOWN_ADDRESS_BUDGET, of: `${target.email} ${network}` })
      : await this.budgets.take({ kind: ADDRESS_BUDGET, of: network }, { kind: ACCOUNT_BUDGET, of: target.email });
    if (!usedUp) return taken;
    await this.dataSource.transaction(async (tx) => {
      if (await this.budgets.markSlowed(tx, usedUp)) await this.record(tx, target, 'too_many_attempts', caller);
    });
    throw tooManyAttempts(usedUp.retryAfterSeconds);
  }

  /** The attempt was right: it does not count. */
  succeeded(attempts: Attempt[]): Promise<void> {
    return this.budgets.giveBack(attempts);
  }

  /** The attempt was wrong: it counts, and the trail says so. */
  async failed(target: SignInTarget, caller: Caller): Promise<void> {
    await this.dataSource.transaction((tx) => this.record(tx, target, 'credentials_invalid', caller));
  }

  /** Checks the password of somebody who is signed in already. @throws too_many_attempts */
  async guardCurrentPassword(accountId: string, matches: () => Promise<boolean>): Promise<boolean> {
    const { taken, usedUp } = await this.budgets.take({ kind: CURRENT_PASSWORD_BUDGET, of: accountId });
    if (usedUp) throw tooManyAttempts(usedUp.retryAfterSeconds);
    const right = await matches();
    if (right) await this.budgets.giveBack(taken);
    return right;
  }

  /** Whoever proved who they are at this address is not slowed there by strangers elsewhere. */
  async remember(tx: EntityManager, accountId: string, caller: Caller): Promise<void> {
    const now = this.clock.now();
    await tx.query(REMEMBER, [accountId, networkOf(caller.address), now]);
    await tx.query(FORGET, [accountId, this.knownSince()]);
  }

  /** Addresses last used before this are known no more. */
  knownSince(): Date {
    return new Date(this.clock.now().getTime() - KNOWN_FOR_DAYS * DAY_MS);
  }

  /** Never the e-mail address that was tried: people type their passwords there. */
  private record(
    tx: EntityManager,
    { userUuid, organizationId }: SignInTarget,
    reason: RefuseReason,
    { requestId, address }: Caller,
  ): Promise<void> {
    const event = {
      action: 'session.refuse',
      targetType: 'user',
      targetId: userUuid ?? 'unknown',
      subject: userUuid,
      details: { reason },
    };
    return this.audit.record(tx, { organizationId, name: 'sign-in', requestId, address }, event);
  }
}
