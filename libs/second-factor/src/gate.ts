import { Injectable } from '@nestjs/common';
import { type PasswordProof, SecondFactorGate, secondFactorRequired } from '#libs/accounts';
import type { Problem } from '#libs/common';
import { Challenges } from './challenges.service';
import { type Factors, FactorsOfAccounts, type Method } from './factors.service';
import { WebAuthn } from './web-authn';

/** Holds up the sign-in of whoever has a second factor. */
@Injectable()
export class Gate implements SecondFactorGate {
  constructor(
    private readonly factors: FactorsOfAccounts,
    private readonly challenges: Challenges,
    private readonly webAuthn: WebAuthn,
  ) {}

  async demand(proof: PasswordProof): Promise<Problem | null> {
    const { accountId, ...particulars } = proof;
    const factors = await this.factors.of(accountId);
    if (factors.passkeys.length === 0 && !factors.authenticatorApp) return null;
    const { token, expiresAt } = await this.challenges.begin('sign-in', accountId, particulars);
    const passkeyOptions =
      factors.passkeys.length > 0 ? await this.webAuthn.requestOptions(token, factors.passkeys) : null;
    const secondFactor = { token, expiresAt, methods: methodsOf(factors), passkeyOptions };
    return secondFactorRequired({ members: { secondFactor } });
  }
}

/** The best first. */
function methodsOf({ passkeys, authenticatorApp, recoveryCodesLeft }: Factors): Method[] {
  return [
    ...(passkeys.length > 0 ? (['passkey'] as const) : []),
    ...(authenticatorApp ? (['authenticator_app'] as const) : []),
    ...(recoveryCodesLeft > 0 ? (['recovery_code'] as const) : []),
  ];
}
