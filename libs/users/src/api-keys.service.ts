import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Audit, type AuditEvent, changesOf } from '#libs/audit';
import { type Actor, newApiKeySecret, Rights } from '#libs/auth';
import { Clock, newId, requireMatch } from '#libs/common';
import type { CreateApiKeyDto, RotateApiKeyDto } from './api-key.dto';
import { ApiKey } from './api-key.entity';
import { ApiKeySecret } from './api-key-secret.entity';
import { User } from './user.entity';
import { apiKeyNotFound } from './users.errors';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A key with the secret that nobody sees again. */
export type NewApiKey = ApiKey & {
  secret: string;
  previousSecretExpiresAt: Date | null;
};

/** Keys for systems: made by an admin, limited to their scopes, of one organisation. */
@Injectable()
export class ApiKeys {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly audit: Audit,
    private readonly rights: Rights,
    private readonly clock: Clock,
  ) {}

  /** Newest first; an organisation has few. */
  list(actor: Actor): Promise<ApiKey[]> {
    return this.living(this.dataSource.manager, actor).orderBy('key.id', 'DESC').getMany();
  }

  /** @throws api_key_not_found */
  get(actor: Actor, id: string): Promise<ApiKey> {
    return this.find(this.dataSource.manager, actor, id);
  }

  /** The key that the request was sent with: `api-key:current` is permitted to keys only. */
  getCurrent(actor: Actor): Promise<ApiKey> {
    return this.find(this.dataSource.manager, actor, actor.apiKey?.id ?? '');
  }

  create(actor: Actor, { name, scopes, expiresInDays = null }: CreateApiKeyDto): Promise<NewApiKey> {
    const now = this.clock.now();
    const { secret, hash, shown } = newApiKeySecret();
    return this.dataSource.transaction(async (tx) => {
      const key = tx.create(ApiKey, {
        id: newId(),
        organizationId: actor.organizationId,
        name,
        scopes: [...new Set(scopes)],
        prefix: shown,
        createdByUserUuid: actor.userUuid,
        createdAt: now,
        expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS),
        lastUsedAt: null,
        rotatedAt: null,
        revision: 1,
      });
      // The names under which its doings are recorded; no membership, no account.
      await tx.insert(User, { uuid: key.id, createdAt: now, updatedAt: now });
      await tx.insert(ApiKey, key);
      await tx.insert(ApiKeySecret, { hash, apiKeyId: key.id, createdAt: now, expiresAt: null });
      const changes = changesOf<ApiKey>(null, { name, scopes: key.scopes, expiresAt: key.expiresAt });
      await this.record(tx, actor, 'api-key.create', key, { changes });
      return Object.assign(key, { secret, previousSecretExpiresAt: null });
    });
  }

  /** The next secret; the one before works on for the overlap, those before it end now. @throws api_key_not_found */
  rotate(actor: Actor, id: string, { overlapHours }: RotateApiKeyDto): Promise<NewApiKey> {
    const now = this.clock.now();
    const previousSecretExpiresAt = new Date(now.getTime() + overlapHours * HOUR_MS);
    const { secret, hash, shown } = newApiKeySecret();
    return this.dataSource.transaction(async (tx) => {
      const key = await this.lock(tx, actor, id);
      await tx.query('delete from api_key_secrets where api_key_id = $1 and expires_at is not null', [id]);
      await tx.update(ApiKeySecret, { apiKeyId: id }, { expiresAt: previousSecretExpiresAt });
      await tx.insert(ApiKeySecret, { hash, apiKeyId: id, createdAt: now, expiresAt: null });
      const changes = { prefix: shown, rotatedAt: now, revision: key.revision + 1 };
      await tx.update(ApiKey, { id }, changes);
      await this.record(tx, actor, 'api-key.rotate', key, {
        changes: changesOf<ApiKey>(key, { rotatedAt: now }),
        details: { overlapHours },
      });
      return Object.assign(key, changes, { secret, previousSecretExpiresAt });
    });
  }

  /** It is refused from the next request on. @throws api_key_not_found */
  async remove(actor: Actor, id: string, ifMatch?: string): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const key = await this.lock(tx, actor, id, ifMatch);
      await tx.query('delete from api_key_secrets where api_key_id = $1', [id]);
      const changes = { expiresAt: this.clock.now() };
      await tx.update(ApiKey, { id }, { ...changes, revision: key.revision + 1 });
      await this.record(tx, actor, 'api-key.delete', key, { changes: changesOf<ApiKey>(key, changes) });
    });
  }

  /** Those of the caller's organisation that have not ended. */
  private living(manager: EntityManager, actor: Actor) {
    return manager
      .createQueryBuilder(ApiKey, 'key')
      .where('key.organization_id = :organization', { organization: actor.organizationId })
      .andWhere('(key.expires_at is null or key.expires_at > :now)', { now: this.clock.now() });
  }

  private async find(manager: EntityManager, actor: Actor, id: string): Promise<ApiKey> {
    const key = await this.living(manager, actor).andWhere('key.id = :id', { id }).getOne();
    if (!key) throw apiKeyNotFound();
    return key;
  }

  private async lock(tx: EntityManager, actor: Actor, id: string, ifMatch?: string): Promise<ApiKey> {
    const key = await this.living(tx, actor).andWhere('key.id = :id', { id }).setLock('pessimistic_write').getOne();
    await this.rights.confirm(actor, tx);
    if (!key) throw apiKeyNotFound();
    requireMatch(ifMatch, key.etag);
    return key;
  }

  /** Concerned is the admin who made the key and answers for it. */
  private record(
    tx: EntityManager,
    actor: Actor,
    action: string,
    { id, createdByUserUuid: subject }: ApiKey,
    more: Pick<AuditEvent, 'changes' | 'details'>,
  ): Promise<void> {
    return this.audit.record(tx, actor, { action, targetType: 'api-key', targetId: id, subject, ...more });
  }
}
