import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { type Actor, type SignedIn, type TokenSet, type TokenSubject, Tokens } from '#libs/auth';
import { Clock, networkOf, Problem } from '#libs/common';
import { Config } from '#libs/config';
import { ACCOUNTS, Memberships, ORGANIZATIONS } from '#libs/users';
import { type Caller, traceOf } from '../caller';
import { Passwords } from '../passwords/passwords';
import { Sessions } from '../sessions/sessions.service';
import { digestOfPassword, type PasswordProof, SecondFactorGate } from './second-factor-gate';
import { SignInLimits, type SignInTarget } from './sign-in-limits.service';
import type { CredentialsDto, RefreshDto } from './sign-in.dto';
import { credentialsInvalid, refreshTokenInvalid } from '../accounts.errors';

const DAY_MS = 86_400_000;
/** An answer that is lost on the way is asked for again within this time. */
const REPEAT_MS = 30_000;

/** An account and the membership to sign in to, if there is an active one. */
type Candidate = Omit<SignedIn, 'sessionId' | 'userUuid' | 'membershipId' | 'organizationId'> & {
  /** Null: signs in at the identity provider only. */
  passwordHash: string | null;
  isKnownAddress: boolean;
  userUuid: string | null;
  membershipId: string | null;
  organizationId: number | null;
};
type Member = Omit<SignedIn, 'sessionId'> & { passwordHash: string };
type Refreshable = TokenSubject & { organizationId: number; lastUsedAt: Date };

/** By the column that names the account; with the membership used last, of those that are active. */
const findCandidate = (column: 'email' | 'id') => `
  select a.id as "accountId", m.user_id as "userId", m.user_uuid as "userUuid", a.password_hash as "passwordHash",
         m.membership_id as "membershipId", m.organization_id as "organizationId", m.role, o.time_zone as "timeZone",
         o.expiring_soon_days as "expiringSoonDays",
         exists (
           select 1 from known_addresses k where k.user_uuid = a.id and k.network = $2 and k.last_used_at >= $3
         ) as "isKnownAddress"
  from ${ACCOUNTS} a
  left join lateral (
    select * from member_directory
    where account_id = a.id and state = 'active'
    order by last_login desc nulls last, created_at, membership_id
    limit 1
  ) m on true
  left join ${ORGANIZATIONS} o on o.id = m.organization_id
  where a.${column} = $1`;

const FIND_REFRESHABLE = `
  select s.id as "sessionId", m.user_id as "userId", m.user_uuid as "userUuid", m.organization_id as "organizationId",
         s.refresh_generation as "refreshGeneration", s.expires_at as "sessionExpiresAt",
         coalesce(s.last_used_at, s.created_at) as "lastUsedAt"
  from sessions s join member_directory m on m.membership_id = s.membership_id
  where s.id = $1 and s.ended_at is null and s.expires_at > $2 and m.state = 'active'`;

const ADVANCE_GENERATION = `
  update sessions
  set refresh_generation = refresh_generation + 1, last_used_at = $3, address = $4, user_agent = $5
  where id = $1 and refresh_generation = $2 and ended_at is null
  returning refresh_generation as "refreshGeneration"`;

/** Signing in, staying signed in, signing out. */
@Injectable()
export class SignIn {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly memberships: Memberships,
    private readonly passwords: Passwords,
    private readonly limits: SignInLimits,
    private readonly secondFactor: SecondFactorGate,
    private readonly sessions: Sessions,
    private readonly tokens: Tokens,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * The attempt is counted before the password is looked at.
   * @throws too_many_attempts
   * @throws credentials_invalid, the same for an unknown address, a wrong password and a deactivated person.
   * @throws second_factor_required when the password is right and not enough
   */
  async signIn({ email, password }: CredentialsDto, caller: Caller): Promise<TokenSet> {
    const candidate = await this.findCandidate('email', email, caller);
    const target = targetOf(email, candidate);
    const attempts = await this.limits.begin(target, caller);
    const matches = await this.passwords.matches(candidate?.passwordHash ?? null, password);
    const member = candidate && matches && isMember(candidate) ? candidate : null;
    const opened = member && ((await this.secondFactor.demand(proofOf(member))) ?? (await this.open(member, caller)));
    if (!opened) {
      await this.limits.failed(target, caller);
      throw credentialsInvalid();
    }
    await this.limits.succeeded(attempts);
    if (opened instanceof Problem) throw opened;
    return opened;
  }

  /**
   * The second step of a sign-in: the session is opened in one transaction with what `useUp` uses up for it, or neither is.
   * Null when the person was deactivated or got another password since the first step.
   */
  async finish(
    { accountId, passwordDigest }: PasswordProof,
    caller: Caller,
    useUp: (tx: EntityManager) => Promise<void>,
  ): Promise<TokenSet | null> {
    const candidate = await this.findCandidate('id', accountId, caller);
    if (!candidate || !isMember(candidate) || digestOfPassword(candidate.passwordHash) !== passwordDigest) return null;
    return this.open(candidate, caller, useUp);
  }

  /**
   * A refresh token works once. One of an older generation has been copied by somebody: the session ends (RFC 9700, 4.14.2).
   * The one just used is answered again for REPEAT_MS, with tokens of the generation there is, unless its successor has been used.
   * A session that was not used for SESSION_IDLE_DAYS ends: access tokens live for minutes, so using it is refreshing it.
   * @throws refresh_token_invalid
   */
  async refresh({ refreshToken }: RefreshDto, caller: Caller): Promise<TokenSet> {
    const { sid: sessionId, gen: generation } = await this.readRefreshToken(refreshToken);
    const now = this.clock.now();
    const [session] = await this.dataSource.query<Refreshable[]>(FIND_REFRESHABLE, [sessionId, now]);
    if (!session) throw refreshTokenInvalid();
    const unusedMs = now.getTime() - session.lastUsedAt.getTime();
    const refreshes = session.refreshGeneration - generation;
    if (refreshes === 1 && unusedMs <= REPEAT_MS) return this.tokens.issue(session);
    if (refreshes !== 0 || unusedMs >= this.config.environment.SESSION_IDLE_DAYS * DAY_MS) {
      const system = { organizationId: session.organizationId, name: 'refresh' };
      const reason = refreshes === 0 ? 'inactive' : 'refresh_token_replayed';
      await this.dataSource.transaction((tx) => this.sessions.end(tx, system, { id: sessionId }, reason));
      throw refreshTokenInvalid();
    }
    const { address, userAgent } = traceOf(caller);
    const values = [sessionId, generation, now, address, userAgent];
    type Advanced = Pick<TokenSubject, 'refreshGeneration'>;
    const [[advanced]] = await this.dataSource.query<[Advanced[], number]>(ADVANCE_GENERATION, values);
    // Refreshed or ended at this moment by another request: what is there now is answered.
    if (!advanced) return this.refresh({ refreshToken }, caller);
    return this.tokens.issue({ ...session, ...advanced });
  }

  async signOut(actor: Actor): Promise<void> {
    await this.dataSource.transaction((tx) =>
      this.sessions.end(tx, actor, { id: actor.requireSession() }, 'signed_out'),
    );
  }

  private async findCandidate(column: 'email' | 'id', name: string, caller: Caller): Promise<Candidate | undefined> {
    const values = [name, networkOf(caller.address), this.limits.knownSince()];
    const [candidate] = await this.dataSource.query<Candidate[]>(findCandidate(column), values);
    return candidate;
  }

  /** Null when the person was deactivated or got another password since the check. */
  private async open(
    member: Member,
    caller: Caller,
    useUp?: (tx: EntityManager) => Promise<void>,
  ): Promise<TokenSet | null> {
    const session = await this.dataSource.transaction(async (tx) => {
      if (!(await this.memberships.recordLogin(tx, member))) return null;
      await useUp?.(tx);
      await this.limits.remember(tx, member.accountId, caller);
      return this.sessions.open(tx, member, caller);
    });
    if (!session) return null;
    return this.tokens.issue({
      sessionId: session.id,
      userId: member.userId,
      userUuid: member.userUuid,
      refreshGeneration: session.refreshGeneration,
      sessionExpiresAt: session.expiresAt,
    });
  }

  private async readRefreshToken(token: string) {
    try {
      return await this.tokens.readRefreshToken(token);
    } catch {
      // Its own failure speaks of the access token.
      throw refreshTokenInvalid();
    }
  }
}

function isMember(candidate: Candidate): candidate is Candidate & Member {
  return candidate.membershipId !== null && candidate.passwordHash !== null;
}

function proofOf({ passwordHash, ...member }: Candidate & Member): PasswordProof {
  const { accountId, userUuid, organizationId, isKnownAddress } = member;
  return { accountId, userUuid, organizationId, passwordDigest: digestOfPassword(passwordHash), isKnownAddress };
}

function targetOf(email: string, candidate: Candidate | undefined): SignInTarget {
  const { userUuid = null, organizationId = null, isKnownAddress = false } = candidate ?? {};
  return { email, userUuid, organizationId, isKnownAddress };
}
