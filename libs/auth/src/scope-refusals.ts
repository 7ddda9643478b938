import { Injectable } from '@nestjs/common';
import { RefusalTrail } from './access-trail';
import type { Actor, ApiKeyIdentity } from './actor';
import { scopesMissing } from './auth.errors';
import type { Permission } from './permissions';
import { scopesFor } from './scopes';

/** Refuses API keys what their scopes do not give. Each attempt leaves a record. */
@Injectable()
export class ScopeRefusals {
  constructor(private readonly trail: RefusalTrail) {}

  /** @throws scope_missing, naming the scopes for all that would have been needed */
  async refuse(actor: Actor, { id: targetId }: ApiKeyIdentity, ...needed: Permission[]): Promise<never> {
    const scopes = needed.map((permission) => scopesFor(permission));
    const details = { permission: needed.join(' '), scopes: scopes.flat() };
    await this.trail.record(actor, { action: 'api-key.refuse', targetType: 'api-key', targetId, details });
    throw scopesMissing(scopes);
  }
}
