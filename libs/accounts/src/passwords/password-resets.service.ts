import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import { Clock, fieldProblem, networkOf, newId } from '#libs/common';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';
import { AccountRegister, ACCOUNTS, type Language, ORGANIZATIONS } from '#libs/users';
import { accountLink } from '../mail/account-link';
import { type BudgetKind, Budgets } from '../sign-in/budgets.service';
import type { Caller } from '../caller';
import { passwordResetText } from '../mail/mail-texts';
import { Mailer } from '../mail/mailer';
import { hashOneTimeToken, newOneTimeToken } from '../mail/one-time-token';
import type { ForgotPasswordDto, ResetPasswordDto } from './password-reset.dto';
import { PasswordReset } from './password-reset.entity';
import { Passwords } from './passwords';
import { Proofs } from '../proofs.service';
import { SignInLimits } from '../sign-in/sign-in-limits.service';
import { resetTokenInvalid, tooManyAttempts } from '../accounts.errors';

const MAIL = 'password-resets.mail';
const VALID_MS = 3_600_000;

/** Nobody's mailbox is filled by strangers. */
const ACCOUNT_BUDGET: BudgetKind = { name: 'reset-account', attempts: 3, minutes: 60 };
const ADDRESS_BUDGET: BudgetKind = { name: 'reset-address', attempts: 30, minutes: 60 };

/** One row, with nulls where there is no such account, or none with a password. The organisation is the one used last. */
const FIND_ACCOUNT = `
  select a.id as "accountId", m.organization_id as "organizationId", m.user_uuid as "userUuid", m.first_name as "firstName",
         m.last_name as "lastName"
  from (select 1) one
  left join ${ACCOUNTS} a on a.email = $1 and a.password_hash is not null
  left join lateral (
    select * from member_directory
    where account_id = a.id and state = 'active'
    order by last_login desc nulls last, created_at, membership_id limit 1
  ) m on true`;

/** Nothing for somebody who has no active membership: a new password would open nothing. */
const FIND_RECIPIENT = `
  select m.email, m.first_name as "firstName", o.language
  from password_resets r
  join member_directory m on m.account_id = r.user_uuid
  join ${ORGANIZATIONS} o on o.id = m.organization_id
  where r.id = $1 and r.expires_at > $2 and m.state = 'active'
  order by m.last_login desc nulls last, m.created_at, m.membership_id
  limit 1`;

interface Found {
  accountId: string | null;
  organizationId: number | null;
  userUuid: string | null;
  firstName: string | null;
  lastName: string | null;
}

/** A way back in for people who forgot their password: whoever reads their mail is them. */
@Injectable()
export class PasswordResets {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly jobs: Jobs,
    private readonly mailer: Mailer,
    private readonly budgets: Budgets,
    private readonly accounts: AccountRegister,
    private readonly passwords: Passwords,
    private readonly proofs: Proofs,
    private readonly limits: SignInLimits,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {
    jobs.handle(MAIL, ({ resetId }) => this.mail(String(resetId)), { lane: 'mail' });
    jobs.handleScheduled('password-resets-remove-expired', '37 * * * *', () => this.removeExpired());
  }

  /** The same statements and the same answer whether the account exists or not; the mail is the job's. @throws too_many_attempts */
  async forgot({ email }: ForgotPasswordDto, caller: Caller): Promise<void> {
    const byAddress = await this.budgets.take({ kind: ADDRESS_BUDGET, of: networkOf(caller.address) });
    if (byAddress.usedUp) throw tooManyAttempts(byAddress.usedUp.retryAfterSeconds);
    const byAccount = await this.budgets.take({ kind: ACCOUNT_BUDGET, of: email });
    if (byAccount.usedUp) return;
    const { accountId, userUuid, organizationId } = await this.find(email);
    const now = this.clock.now();
    const id = newId();
    await this.dataSource.transaction(async (tx) => {
      const expiresAt = new Date(now.getTime() + VALID_MS);
      await tx.insert(PasswordReset, { id, accountId, tokenHash: null, createdAt: now, expiresAt });
      await this.jobs.enqueue(tx, MAIL, { resetId: id }, { sender: null });
      await this.audit.record(
        tx,
        { organizationId, name: 'password-reset', requestId: caller.requestId, address: caller.address },
        { action: 'password.forget', targetType: 'user', targetId: userUuid ?? 'unknown', subject: userUuid },
      );
    });
  }

  /** Signs the person out everywhere, and proves the address. @throws reset_token_invalid, password_too_common */
  async reset({ token, newPassword }: ResetPasswordDto, caller: Caller): Promise<void> {
    const { manager } = this.dataSource;
    const found = await manager.findOneBy(PasswordReset, { tokenHash: hashOneTimeToken(token) });
    if (!found?.accountId || found.expiresAt <= this.clock.now()) throw fieldProblem(resetTokenInvalid, 'token');
    const { id, email } = await this.accounts.get(found.accountId);
    const { organizationId, userUuid, firstName, lastName } = await this.find(email);
    const owner = { email, firstName: firstName ?? '', lastName: lastName ?? '' };
    const passwordHash = await this.passwords.hashChosen(newPassword, owner, 'newPassword');
    const actor = {
      organizationId,
      name: 'password-reset',
      requestId: caller.requestId,
      address: caller.address,
    };
    await this.dataSource.transaction(async (tx) => {
      const { affected } = await tx.delete(PasswordReset, { id: found.id });
      // Used by another request at this moment.
      if (affected === 0) throw fieldProblem(resetTokenInvalid, 'token');
      await this.proofs.prove(tx, actor, id, passwordHash, 'password_reset');
      await this.limits.remember(tx, id, caller);
      await this.audit.record(tx, actor, {
        action: 'password.reset',
        targetType: 'user',
        targetId: userUuid ?? 'unknown',
        subject: userUuid,
        changes: { password: null },
      });
    });
  }

  private async find(email: string): Promise<Found> {
    const [found] = await this.dataSource.query<[Found]>(FIND_ACCOUNT, [email]);
    return found;
  }

  /** Repeated, it makes another token: the link of the latest mail is the one that works. */
  private async mail(id: string): Promise<void> {
    type Recipient = { email: string; firstName: string; language: Language };
    const values = [id, this.clock.now()];
    const [recipient] = await this.dataSource.query<Recipient[]>(FIND_RECIPIENT, values);
    if (!recipient) return;
    const { email, firstName, language } = recipient;
    const { token, tokenHash } = newOneTimeToken();
    await this.dataSource.manager.update(PasswordReset, { id }, { tokenHash });
    const link = accountLink(this.config.publicUrl, 'reset-password', language, token);
    await this.mailer.send({ to: email, ...passwordResetText(language, { firstName, link }) });
  }

  private async removeExpired(): Promise<void> {
    await this.dataSource.query('delete from password_resets where expires_at < $1', [this.clock.now()]);
  }
}
