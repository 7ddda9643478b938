import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import { Clock, fieldProblem, networkOf, newId } from '#libs/common';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';
import { type Language, ORGANIZATIONS, USERS, Users } from '#libs/users';
import { accountLink } from '../mail/account-link';
import { type BudgetKind, Budgets } from '../sign-in/budgets.service';
import type { Caller } from '../caller';
import { passwordResetText } from '../mail/mail-texts';
import { Mailer } from '../mail/mailer';
import { hashOneTimeToken, newOneTimeToken } from '../mail/one-time-token';
import type { ForgotPasswordDto, ResetPasswordDto } from './password-reset.dto';
import { PasswordReset } from './password-reset.entity';
import { Passwords } from './passwords';
import { Sessions } from '../sessions/sessions.service';
import { SignInLimits } from '../sign-in/sign-in-limits.service';
import { resetTokenInvalid, tooManyAttempts } from '../accounts.errors';

const MAIL = 'password-resets.mail';
const VALID_MS = 3_600_000;

/** Nobody's mailbox is filled by strangers. */
const ACCOUNT_BUDGET: BudgetKind = { name: 'reset-account', attempts: 3, minutes: 60 };
const ADDRESS_BUDGET: BudgetKind = { name: 'reset-address', attempts: 30, minutes: 60 };

/** One row, with nulls where there is no such account. The organisation is the one used last. */
const FIND_ACCOUNT = `
  select u.uuid as "userUuid", m.organization_id as "organizationId"
  from (select 1) one
  left join ${USERS} u on u.email = $1
  left join lateral (
    select organization_id from member_directory
    where user_uuid = u.uuid and state = 'active'
    order by last_login desc nulls last, created_at, membership_id limit 1
  ) m on true`;

/** Nothing for somebody who has no active membership: a new password would open nothing. */
const FIND_RECIPIENT = `
  select m.email, m.first_name as "firstName", o.language
  from password_resets r
  join member_directory m on m.user_uuid = r.user_uuid
  join ${ORGANIZATIONS} o on o.id = m.organization_id
  where r.id = $1 and r.expires_at > $2 and m.state = 'active'
  order by m.last_login desc nulls last, m.created_at, m.membership_id
  limit 1`;

interface Account {
  userUuid: string | null;
  organizationId: number | null;
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
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
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
    const [account] = await this.dataSource.query<Account[]>(FIND_ACCOUNT, [email]);
    const { userUuid, organizationId } = account ?? { userUuid: null, organizationId: null };
    const now = this.clock.now();
    const id = newId();
    await this.dataSource.transaction(async (tx) => {
      const expiresAt = new Date(now.getTime() + VALID_MS);
      await tx.insert(PasswordReset, { id, userUuid, tokenHash: null, createdAt: now, expiresAt });
      await this.jobs.enqueue(tx, MAIL, { resetId: id }, { sender: null });
      await this.audit.record(
        tx,
        { organizationId, name: 'password-reset', requestId: caller.requestId, address: caller.address },
        { action: 'password.forget', targetType: 'user', targetId: userUuid ?? 'unknown', subject: userUuid },
      );
    });
  }

  /** Signs the person out everywhere. @throws reset_token_invalid, password_too_common */
  async reset({ token, newPassword }: ResetPasswordDto, caller: Caller): Promise<void> {
    const { manager } = this.dataSource;
    const found = await manager.findOneBy(PasswordReset, { tokenHash: hashOneTimeToken(token) });
    if (!found?.userUuid || found.expiresAt <= this.clock.now()) throw fieldProblem(resetTokenInvalid, 'token');
    const user = await this.users.get(found.userUuid);
    const passwordHash = await this.passwords.hashChosen(newPassword, user, 'newPassword');
    const [account] = await this.dataSource.query<Account[]>(FIND_ACCOUNT, [user.email]);
    const actor = {
      organizationId: account?.organizationId ?? null,
      name: 'password-reset',
      requestId: caller.requestId,
      address: caller.address,
    };
    await this.dataSource.transaction(async (tx) => {
      const { affected } = await tx.delete(PasswordReset, { id: found.id });
      // Used by another request at this moment.
      if (affected === 0) throw fieldProblem(resetTokenInvalid, 'token');
      await tx.delete(PasswordReset, { userUuid: user.uuid });
      await this.users.setPassword(tx, { uuid: user.uuid }, passwordHash);
      await this.sessions.end(tx, actor, { userUuid: user.uuid }, 'password_reset');
      await this.limits.remember(tx, user.uuid, caller);
      await this.audit.record(tx, actor, {
        action: 'password.reset',
        targetType: 'user',
        targetId: user.uuid,
        subject: user.uuid,
        changes: { password: null },
      });
    });
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
