import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { SystemActor } from '#libs/audit';
import { AccountRegister } from '#libs/users';
import { PasswordReset } from './passwords/password-reset.entity';
import { type EndReason, ofAccount, Sessions } from './sessions/sessions.service';

/** The owner of an address shows that it is theirs. */
@Injectable()
export class Proofs {
  constructor(
    private readonly accounts: AccountRegister,
    private readonly sessions: Sessions,
  ) {}

  /** Whoever knew the password there was, or had asked for another one, is out. Null: the provider signs them in. */
  async prove(
    tx: EntityManager,
    actor: SystemActor,
    accountId: string,
    passwordHash: string | null,
    reason: EndReason = 'address_proved',
  ): Promise<void> {
    await tx.delete(PasswordReset, { accountId });
    await this.accounts.prove(tx, accountId, passwordHash);
    await this.sessions.end(tx, actor, { membershipId: ofAccount(accountId) }, reason);
  }
}
