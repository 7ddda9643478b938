import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { ApiKeyDirectory, ApiKeyIdentity, Principal, Scope } from '#libs/auth';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { lastWriteColumn } from '#libs/database';

const MINUTE_MS = 60_000;

interface Found {
  id: string;
  scopes: Scope[];
  lastUsedAt: Date | null;
  userId: number;
  organizationId: number;
  timeZone: string;
  expiringSoonDays: number;
  lastWrite?: number | null;
}

const findBySecret = (moreColumns: string) => `
  select k.id, k.scopes, k.last_used_at as "lastUsedAt", u.id as "userId", k.organization_id as "organizationId",
         o.time_zone as "timeZone", o.expiring_soon_days as "expiringSoonDays"${moreColumns}
  from api_key_secrets s
  join api_keys k on k.id = s.api_key_id
  join users u on u.uuid = k.id
  join organizations o on o.id = k.organization_id
  where s.hash = $1 and (s.expires_at is null or s.expires_at > $2) and (k.expires_at is null or k.expires_at > $2)`;

const FIND_SCOPES = 'select id, scopes from api_keys where id = $1 and (expires_at is null or expires_at > $2)';

/** Of many requests in the same minute one writes. */
const NOTE_USE = 'update api_keys set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at <= $3)';

/** Whose key a request was sent with. Asked by the guards, and wherever rights are looked at again. */
@Injectable()
export class KnownApiKeys implements ApiKeyDirectory {
  private readonly bySecret: string;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly clock: Clock,
    config: Config,
  ) {
    this.bySecret = findBySecret(lastWriteColumn('k.id', config.databaseReplicaUrl));
  }

  /** One statement per request; a second one once a minute. */
  async findBySecretHash(hash: string): Promise<{ principal: Principal; apiKey: ApiKeyIdentity } | null> {
    const now = this.clock.now();
    const [found] = await this.dataSource.query<Found[]>(this.bySecret, [hash, now]);
    if (!found) return null;
    const { id, scopes, lastUsedAt, ...organization } = found;
    const aMinuteAgo = new Date(now.getTime() - MINUTE_MS);
    if (!lastUsedAt || lastUsedAt <= aMinuteAgo) await this.dataSource.query(NOTE_USE, [id, now, aMinuteAgo]);
    // Organisation-wide like staff, and limited by its scopes.
    const principal: Principal = {
      ...organization,
      userUuid: id,
      accountId: null,
      sessionId: null,
      role: 'office-employee',
    };
    return { principal, apiKey: { id, scopes } };
  }

  async findById(id: string, manager: EntityManager = this.dataSource.manager): Promise<ApiKeyIdentity | null> {
    const [found] = await manager.query<ApiKeyIdentity[]>(FIND_SCOPES, [id, this.clock.now()]);
    return found ?? null;
  }
}
