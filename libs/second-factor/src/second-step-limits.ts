import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import {
  type Attempt,
  type BudgetKind,
  Budgets,
  type Caller,
  type PasswordProof,
  tooManyAttempts,
} from '#libs/accounts';
import { Audit } from '#libs/audit';
import { networkOf } from '#libs/common';

/** Three codes of a million are right at a time: with 30 guesses a day one is found in some thirty years. */
const AT_ONCE: BudgetKind = { name: 'second-factor', attempts: 5, minutes: 15 };
const IN_A_DAY: BudgetKind = { name: 'second-factor-day', attempts: 30, minutes: 24 * 60 };

/** Codes of the audit trail. */
type RefuseReason = 'second_factor_invalid' | 'too_many_attempts';

/** Slows those who guess the second factor of an account whose password they know; nobody else gets as far. */
@Injectable()
export class SecondStepLimits {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly budgets: Budgets,
    private readonly audit: Audit,
  ) {}

  /** Comes before the factor is looked at. @throws too_many_attempts */
  async begin(proof: PasswordProof, caller: Caller): Promise<Attempt[]> {
    const { accountId, isKnownAddress } = proof;
    // As with the password: where its owner has signed in before, strangers elsewhere do not use up the attempts.
    const of = isKnownAddress ? `${accountId} ${networkOf(caller.address)}` : accountId;
    const { taken, usedUp } = await this.budgets.take({ kind: AT_ONCE, of }, { kind: IN_A_DAY, of });
    if (!usedUp) return taken;
    await this.dataSource.transaction(async (tx) => {
      if (await this.budgets.markSlowed(tx, usedUp)) {
        await this.audit.record(tx, actorOf(proof, caller), refusal(proof, 'too_many_attempts'));
      }
    });
    throw tooManyAttempts(usedUp.retryAfterSeconds);
  }

  succeeded(attempts: Attempt[]): Promise<void> {
    return this.budgets.giveBack(attempts);
  }

  async failed(proof: PasswordProof, caller: Caller): Promise<void> {
    await this.dataSource.transaction((tx) =>
      this.audit.record(tx, actorOf(proof, caller), refusal(proof, 'second_factor_invalid')),
    );
  }
}

function actorOf({ organizationId }: PasswordProof, { requestId, address }: Caller) {
  return { organizationId, name: 'sign-in', requestId, address };
}

function refusal({ userUuid }: PasswordProof, reason: RefuseReason) {
  return { action: 'session.refuse', targetType: 'user', targetId: userUuid, subject: userUuid, details: { reason } };
}
