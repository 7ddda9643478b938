import { Injectable } from '@nestjs/common';
import { type BudgetKind, Budgets } from '#libs/accounts';
import type { Actor } from '#libs/auth';
import { tooManyInvitations } from './invitations.errors';

export const PERSON_BUDGET: BudgetKind = { name: 'invite-person', attempts: 200, minutes: 60 };
export const ORGANIZATION_BUDGET: BudgetKind = { name: 'invite-organization', attempts: 500, minutes: 60 };
/** Sending again counts too. */
export const ADDRESS_BUDGET: BudgetKind = { name: 'invite-address', attempts: 3, minutes: 60 };
/** Of all organisations together. */
export const MAILBOX_BUDGET: BudgetKind = { name: 'invite-mailbox', attempts: 5, minutes: 60 };

/** Nobody's mailbox is filled by strangers, and nobody's mail server is made to send without end. */
@Injectable()
export class InvitationBudgets {
  constructor(private readonly budgets: Budgets) {}

  /** Comes before anything is looked at: what it is used up by tells nothing of who has an account. @throws too_many_invitations */
  async take({ userUuid, organizationId }: Actor, email: string): Promise<void> {
    const { usedUp } = await this.budgets.take(
      { kind: ADDRESS_BUDGET, of: `${organizationId} ${email}` },
      { kind: PERSON_BUDGET, of: userUuid },
      { kind: ORGANIZATION_BUDGET, of: String(organizationId) },
    );
    if (usedUp) throw tooManyInvitations(usedUp.retryAfterSeconds);
  }

  /** Sends one mail to the address, or says for how many seconds to wait with it. */
  async send(email: string, mail: () => Promise<void>): Promise<number> {
    const { taken, usedUp } = await this.budgets.take({ kind: MAILBOX_BUDGET, of: email });
    if (usedUp) return usedUp.retryAfterSeconds;
    try {
      await mail();
    } catch (error) {
      await this.budgets.giveBack(taken);
      throw error;
    }
    return 0;
  }
}
