import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, Not } from 'typeorm';
import { Audit } from '#libs/audit';
import { type Actor, notSignedIn } from '#libs/auth';
import { fieldProblem } from '#libs/common';
import { type Language, ORGANIZATIONS, Users } from '#libs/users';
import type { ChangePasswordDto } from './account.dto';
import { currentPasswordWrong } from './accounts.errors';
import { Passwords } from './passwords/passwords';
import { Sessions } from './sessions/sessions.service';
import { SignInLimits } from './sign-in/sign-in-limits.service';

export interface CurrentSession {
  actor: Actor;
  organizationUuid: string;
  organizationName: string;
  language: Language;
  /** Null without a session of ours. */
  expiresAt: Date | null;
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
    private readonly users: Users,
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

  /** Whoever else is signed in with the old password is signed out. @throws current_password_wrong, too_many_attempts, password_too_common */
  async changePassword(actor: Actor, { currentPassword, newPassword }: ChangePasswordDto): Promise<void> {
    const { uuid, passwordHash: before, ...owner } = await this.users.get(actor.userUuid);
    const matches = () => this.passwords.matches(before, currentPassword);
    if (!(await this.limits.guardCurrentPassword(uuid, matches))) throw wrongPassword();
    const passwordHash = await this.passwords.hashChosen(newPassword, owner, 'newPassword');
    await this.dataSource.transaction(async (tx) => {
      // Somebody else was quicker: then the password that was checked is the current one no more.
      if (!(await this.users.setPassword(tx, { uuid, passwordHash: before }, passwordHash))) throw wrongPassword();
      await this.sessions.end(tx, actor, { userUuid: uuid, id: Not(actor.requireSession()) }, 'password_changed');
      await this.audit.record(tx, actor, {
        action: 'profile.update',
        targetType: 'user',
        targetId: uuid,
        subject: uuid,
        changes: { password: null },
      });
    });
  }
}

function wrongPassword() {
  return fieldProblem(currentPasswordWrong, 'currentPassword');
}
