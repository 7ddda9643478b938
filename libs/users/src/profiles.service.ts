import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type DataSource, Not } from 'typeorm';
import { Audit, type AuditEvent, changesOf } from '#libs/audit';
import { type Actor, notSignedIn } from '#libs/auth';
import { Clock, fieldProblem, requireMatch } from '#libs/common';
import { ORGANIZATIONS } from './directory';
import type { Member } from './member';
import type { Language } from './organization.entity';
import { Members } from './members.service';
import { Passwords } from './passwords';
import type { ChangePasswordDto, UpdateProfileDto } from './profile.dto';
import { Sessions } from './sessions.service';
import { SignInLimits } from './sign-in-limits.service';
import { User } from './user.entity';
import { currentPasswordWrong } from './users.errors';
import { Users } from './users.service';

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

/** What people see and change of themselves. */
@Injectable()
export class Profiles {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly members: Members,
    private readonly users: Users,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly limits: SignInLimits,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  get(actor: Actor): Promise<Member> {
    return this.members.get(actor, actor.userUuid);
  }

  async getSession(actor: Actor): Promise<CurrentSession> {
    const [found] = await this.dataSource.query<Omit<CurrentSession, 'actor'>[]>(SESSION, [
      actor.sessionId,
      actor.organizationId,
    ]);
    if (!found) throw notSignedIn();
    return { actor, ...found };
  }

  /** @throws changed_since_read */
  update(actor: Actor, { firstName, lastName }: UpdateProfileDto, ifMatch?: string): Promise<Member> {
    const changes = Object.fromEntries(
      Object.entries({ firstName, lastName }).filter(([, value]) => value !== undefined),
    );
    return this.dataSource.transaction(async (tx) => {
      const before = await this.members.lock(tx, actor, actor.userUuid);
      requireMatch(ifMatch, before.etag);
      if (Object.keys(changes).length === 0) return before;
      await tx.update(User, { uuid: actor.userUuid }, { ...changes, updatedAt: this.clock.now() });
      await this.audit.record(tx, actor, profileUpdate(actor, changesOf<UpdateProfileDto>(before, changes)));
      return this.members.lock(tx, actor, actor.userUuid);
    });
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
      await this.audit.record(tx, actor, profileUpdate(actor, { password: null }));
    });
  }
}

function profileUpdate({ userUuid }: Actor, changes: AuditEvent['changes']): AuditEvent {
  return { action: 'profile.update', targetType: 'user', targetId: userUuid, subject: userUuid, changes };
}

function wrongPassword() {
  return fieldProblem(currentPasswordWrong, 'currentPassword');
}
