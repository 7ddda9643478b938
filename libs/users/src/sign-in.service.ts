import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { type Actor, type SignedIn, type TokenSet, Tokens } from '#libs/auth';
import { Clock } from '#libs/common';
import { Passwords } from './passwords';
import { Sessions } from './sessions.service';
import type { CredentialsDto, RefreshDto } from './sign-in.dto';
import { credentialsInvalid, refreshTokenInvalid } from './users.errors';

type Candidate = Omit<SignedIn, 'sessionId'> & { passwordHash: string };

/** The membership used last, of those that are active. */
const FIND_CANDIDATE = `
  select m.id as "membershipId", u.id as "userId", u.uuid as "userUuid", m.organization_id as "organizationId",
         m.role, o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays",
         u.password_hash as "passwordHash"
  from users u
  join memberships m on m.user_uuid = u.uuid
  join organizations o on o.id = m.organization_id
  where u.email = $1 and m.state = 'active'
  order by m.last_login desc nulls last, m.created_at, m.id
  limit 1`;

/** Locks both rows, so that a deactivation or a new password at this moment either comes first or ends the new session. */
const RECORD_LOGIN = `
  with person as (select uuid from users where uuid = $1 and password_hash = $2 for share)
  update memberships set last_login = $3
  from person
  where memberships.id = $4 and memberships.user_uuid = person.uuid and state = 'active'`;

const FIND_REFRESHABLE = `
  select s.refresh_generation as "generation", m.organization_id as "organizationId"
  from sessions s join memberships m on m.id = s.membership_id
  where s.id = $1 and s.ended_at is null and s.expires_at > $2 and m.state = 'active'`;

const ADVANCE_GENERATION = `
  update sessions set refresh_generation = refresh_generation + 1
  from users
  where sessions.id = $1 and refresh_generation = $2 and ended_at is null and users.uuid = user_uuid
  returning users.id as "userId", users.uuid as "userUuid", refresh_generation as "refreshGeneration",
            expires_at as "sessionExpiresAt"`;

/** Signing in, staying signed in, signing out. */
@Injectable()
export class SignIn {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly clock: Clock,
  ) {}

  /** @throws credentials_invalid, the same for an unknown address, a wrong password and a deactivated person. */
  async signIn({ email, password }: CredentialsDto, requestId: string): Promise<TokenSet> {
    const [candidate] = await this.dataSource.query<Candidate[]>(FIND_CANDIDATE, [email]);
    const matches = await this.passwords.matches(candidate?.passwordHash ?? null, password);
    if (!candidate || !matches) throw credentialsInvalid();
    const session = await this.dataSource.transaction(async (tx) => {
      await this.recordLogin(tx, candidate);
      return this.sessions.open(tx, candidate, requestId);
    });
    return this.tokens.issue({
      sessionId: session.id,
      userId: candidate.userId,
      userUuid: candidate.userUuid,
      refreshGeneration: session.refreshGeneration,
      sessionExpiresAt: session.expiresAt,
    });
  }

  /**
   * A refresh token works once. One of an older generation has been copied by somebody: the session ends (RFC 9700, 4.14.2).
   * Of two requests at the same moment with the same token one wins; the other is refused, and its next try is a replay.
   * @throws refresh_token_invalid
   */
  async refresh({ refreshToken }: RefreshDto): Promise<TokenSet> {
    const { sid: sessionId, gen: generation } = this.readRefreshToken(refreshToken);
    const [session] = await this.dataSource.query<{ generation: number; organizationId: number }[]>(FIND_REFRESHABLE, [
      sessionId,
      this.clock.now(),
    ]);
    if (!session) throw refreshTokenInvalid();
    if (session.generation !== generation) {
      const system = { organizationId: session.organizationId, name: 'refresh' };
      await this.dataSource.transaction((tx) =>
        this.sessions.end(tx, system, { id: sessionId }, 'refresh_token_replayed'),
      );
      throw refreshTokenInvalid();
    }
    type Advanced = { userId: number; userUuid: string; refreshGeneration: number; sessionExpiresAt: Date };
    const [[advanced]] = await this.dataSource.query<[Advanced[], number]>(ADVANCE_GENERATION, [sessionId, generation]);
    if (!advanced) throw refreshTokenInvalid();
    return this.tokens.issue({ sessionId, ...advanced });
  }

  async signOut(actor: Actor): Promise<void> {
    await this.dataSource.transaction((tx) => this.sessions.end(tx, actor, { id: actor.sessionId }, 'signed_out'));
  }

  private async recordLogin(tx: EntityManager, { userUuid, passwordHash, membershipId }: Candidate): Promise<void> {
    const values = [userUuid, passwordHash, this.clock.now(), membershipId];
    const [, affected] = await tx.query<[unknown[], number]>(RECORD_LOGIN, values);
    if (affected === 0) throw credentialsInvalid();
  }

  private readRefreshToken(token: string) {
    try {
      return this.tokens.readRefreshToken(token);
    } catch {
      // Its own failure speaks of the access token.
      throw refreshTokenInvalid();
    }
  }
}
