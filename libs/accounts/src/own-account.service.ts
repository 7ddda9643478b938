import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, Not } from 'typeorm';
import { Audit } from '#libs/audit';
import { type Actor, notSignedIn } from '#libs/auth';
import { fieldProblem } from '#libs/common';
import { type Account, AccountRegister, type Language, type Member, Members, ORGANIZATIONS } from '#libs/users';
import type { ChangePasswordDto } from './account.dto';
import { currentPasswordWrong } from './accounts.errors';
import { PasswordReset } from './passwords/password-reset.entity';
import { Passwords } from './passwords/passwords';
import { ofAccount, Sessions } from './sessions/sessions.service';
import { SignInLimits } from './sign-in/sign-in-limits.service';

export interface CurrentSession {
  actor: Actor;
  organizationUuid: string;
  organizationName: string;
  language: Language;
  /** Null without a session of ours. */
  expiresAt: Date | null;
}

/** Whose password it is, as the organisation at hand knows them. */
export interface Owner extends Pick<Member, 'uuid' | 'firstName' | 'lastName'> {
  account: Account;
}

const SESSION = `
  select o.uuid as "organizationUuid", o.name as "organizationName", o.language, s.expires_at as "expiresAt"
  from ${ORGANIZATIONS} o left join sessions s on s.id = $1
  where o.id = $2`;

/** How people are signed in, and by which password. */
@Injectable()
export class OwnAccount {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly accounts: AccountRegister,
    private readonly members: Members,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly limits: SignInLimits,
    private readonly audit: Audit,
  ) {}

  async getSession(actor: Actor): Promise<CurrentSession> {
    const [found] = await this.dataSource.query<Omit<CurrentSession, 'actor'>[]>(SESSION, [
      actor.sessionId,
      actor.organizationId,
    ]);
    if (!found) throw notSignedIn();
    return { actor, ...found };
  }

  /** For what needs the password again. @throws current_password_wrong, too_many_attempts */
  async requirePassword(actor: Actor, currentPassword: string): Promise<Owner> {
    const { accountId, uuid, firstName, lastName } = await this.members.get(actor, actor.userUuid);
    // A session has an account behind it.
    const account = await this.accounts.get(accountId ?? '');
    const matches = () => this.passwords.matches(account.passwordHash, currentPassword);
    if (!(await this.limits.guardCurrentPassword(account.id, matches))) throw wrongPassword();
    return { account, uuid, firstName, lastName };
  }

  /** Whoever else is signed in with the old password is signed out, and open links for a new one end. @throws current_password_wrong, too_many_attempts, password_too_common */
  async changePassword(actor: Actor, { currentPassword, newPassword }: ChangePasswordDto): Promise<void> {
    const { account, ...person } = await this.requirePassword(actor, currentPassword);
    const { id, email, passwordHash: before } = account;
    const owner = { ...person, email };
    const passwordHash = await this.passwords.hashChosen(newPassword, owner, 'newPassword');
    await this.dataSource.transaction(async (tx) => {
      // Somebody else was quicker: then the password that was checked is the current one no more.
      if (!(await this.accounts.setPassword(tx, { id, passwordHash: before }, passwordHash))) throw wrongPassword();
      await tx.delete(PasswordReset, { accountId: id });
      const others = { membershipId: ofAccount(id), id: Not(actor.requireSession()) };
      await this.sessions.end(tx, actor, others, 'password_changed');
      await this.audit.record(tx, actor, {
        action: 'profile.update',
        targetType: 'user',
        targetId: owner.uuid,
        subject: owner.uuid,
        changes: { password: null },
      });
    });
  }
}

function wrongPassword() {
  return fieldProblem(currentPasswordWrong, 'currentPassword');
}
