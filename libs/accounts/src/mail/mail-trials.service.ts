import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { type JobPayload, Jobs } from '#libs/jobs';
import { tooManyAttempts } from '../accounts.errors';
import { type BudgetKind, Budgets } from '../sign-in/budgets.service';
import { Correspondence } from './correspondence.service';
import { mailTrialText } from './mail-texts';

const MAIL = 'mail-trials.mail';

const PERSON_BUDGET: BudgetKind = { name: 'mail-trial', attempts: 5, minutes: 60 };

/** A mail to oneself, the way of all others: through the queue, to the mail server. */
@Injectable()
export class MailTrials {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly correspondence: Correspondence,
    private readonly budgets: Budgets,
    private readonly audit: Audit,
    private readonly jobs: Jobs,
  ) {
    jobs.handle(MAIL, (payload) => this.mail(payload), { lane: 'mail' });
  }

  /** @throws too_many_attempts */
  async send(actor: Actor): Promise<void> {
    const { organizationId, userUuid } = actor;
    const { usedUp } = await this.budgets.take({ kind: PERSON_BUDGET, of: userUuid });
    if (usedUp) throw tooManyAttempts(usedUp.retryAfterSeconds);
    await this.dataSource.transaction(async (tx) => {
      const sender = { organizationId, userUuid };
      await this.jobs.enqueue(tx, MAIL, sender, { sender });
      const event = { action: 'mail.try', targetType: 'user', targetId: userUuid, subject: userUuid };
      await this.audit.record(tx, actor, event);
    });
  }

  private mail({ organizationId, userUuid }: JobPayload): Promise<void> {
    return this.correspondence.write(Number(organizationId), String(userUuid), mailTrialText);
  }
}
