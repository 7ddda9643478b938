import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { type Caller, type PasswordProof, SignIn } from '#libs/accounts';
import { Audit } from '#libs/audit';
import type { TokenSet } from '#libs/auth';
import type { Challenge } from './challenge.entity';
import { Challenges } from './challenges.service';
import { FactorsOfAccounts, type Shown } from './factors.service';
import { secondFactorExpired, secondFactorInvalid } from './second-factor.errors';
import type { CodeStepDto, PasskeyStepDto } from './second-step.dto';
import { SecondStepLimits } from './second-step-limits';

/** What follows on the password of an account with a second factor. */
@Injectable()
export class SecondStep {
  constructor(
    private readonly challenges: Challenges,
    private readonly factors: FactorsOfAccounts,
    private readonly limits: SecondStepLimits,
    private readonly signIns: SignIn,
    private readonly audit: Audit,
  ) {}

  /** @throws second_factor_expired, second_factor_invalid, too_many_attempts */
  signInWithCode({ token, code }: CodeStepDto, caller: Caller): Promise<TokenSet> {
    return this.signIn(token, caller, (accountId) => this.factors.showCode(accountId, code));
  }

  /** @throws second_factor_expired, second_factor_invalid, too_many_attempts */
  signInWithPasskey({ token, passkey }: PasskeyStepDto, caller: Caller): Promise<TokenSet> {
    return this.signIn(token, caller, (accountId) => this.factors.showPasskey(accountId, token, passkey));
  }

  /** The attempt is counted before the factor is looked at. A wrong one leaves the sign-in open for another. */
  private async signIn(
    token: string,
    caller: Caller,
    show: (accountId: string) => Promise<Shown | null>,
  ): Promise<TokenSet> {
    const challenge = await this.challenges.find(token, 'sign-in');
    if (!challenge) throw secondFactorExpired();
    const proof = proofOf(challenge);
    const attempts = await this.limits.begin(proof, caller);
    const shown = await show(challenge.accountId);
    const tokens = shown && (await this.open(challenge, proof, shown, caller));
    if (!tokens) {
      await this.limits.failed(proof, caller);
      throw secondFactorInvalid();
    }
    await this.limits.succeeded(attempts);
    return tokens;
  }

  /** Null when the factor was used by another request at this moment. @throws second_factor_expired */
  private async open(
    challenge: Challenge,
    proof: PasswordProof,
    { method, useUp }: Shown,
    caller: Caller,
  ): Promise<TokenSet | null> {
    const useBoth = async (tx: EntityManager) => {
      if (!(await this.challenges.finish(tx, challenge))) throw secondFactorExpired();
      if (!(await useUp(tx))) throw new UsedBefore();
      if (method === 'recovery_code') await this.recordRecovery(tx, proof, caller);
    };
    try {
      const tokens = await this.signIns.finish(proof, caller, useBoth);
      if (!tokens) throw secondFactorExpired();
      return tokens;
    } catch (error) {
      if (error instanceof UsedBefore) return null;
      throw error;
    }
  }

  private recordRecovery(tx: EntityManager, proof: PasswordProof, { requestId, address }: Caller): Promise<void> {
    const { userUuid, organizationId } = proof;
    const actor = { organizationId, name: 'sign-in', requestId, address };
    return this.audit.record(tx, actor, {
      action: 'second-factor.recover',
      targetType: 'user',
      targetId: userUuid,
      subject: userUuid,
    });
  }
}

/** Undoes the transaction. */
class UsedBefore extends Error {}

function proofOf({ accountId, userUuid, organizationId, passwordDigest, isKnownAddress }: Challenge): PasswordProof {
  if (userUuid === null || organizationId === null || passwordDigest === null) {
    throw new Error('A sign-in was begun without a password');
  }
  return { accountId, userUuid, organizationId, passwordDigest, isKnownAddress };
}
