import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Problem } from '#libs/common';
import { Config } from '#libs/config';
import { RefusalTrail } from './access-trail';
import { Actor, ApiKeyDirectory } from './actor';
import { noAccount, notPermitted, notSignedIn, scopesMissing, sessionTokenInvalid } from './auth.errors';
import { hashOfSecret, isApiKeySecret } from './api-key-secret';
import { PERMISSION_KEY, PUBLIC_KEY, SESSION_TOKEN_KEY } from './decorators';
import { claimedIssuer } from './jws-header';
import type { Permission } from './permissions';
import { scopesAllow, scopesFor } from './scopes';
import { refusalOf, TokenRefused } from './token-refused';

/** A passport strategy as a guard that says why it refuses. `error` comes from `validate`, `found` from the checks before. */
function tokenGuard(strategy: string): CanActivate {
  class TokenGuard extends AuthGuard(strategy) {
    override handleRequest<T>(error: Error | null, actor: T | false, found?: unknown): T {
      if (error) throw error;
      // Not the token's fault.
      if (found instanceof Problem) throw found;
      if (!actor) throw refusalOf(found);
      return actor;
    }
  }
  return new TokenGuard();
}

type SignedRequest = FastifyRequest & { user: Actor };

/**
 * Global: who is this? Every route but the `@Public()` ones needs a bearer token: an access token, a
 * token of the identity provider, or an API key. Contract D also
 * needs a session token.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  private readonly accessToken = tokenGuard('access-token');
  private readonly sessionToken = tokenGuard('session-token');
  private readonly oidc = tokenGuard('oidc');

  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
    private readonly apiKeys: ApiKeyDirectory,
    private readonly trail: RefusalTrail,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const request = context.switchToHttp().getRequest<SignedRequest>();
    const bearer = bearerToken(request);
    if (bearer !== null && isApiKeySecret(bearer)) {
      await this.recording(request, 'api-key', notSignedIn, () => this.checkApiKey(request, bearer));
    } else if (bearer !== null && this.config.oidc && claimedIssuer(bearer) !== undefined) {
      // Ours name no issuer.
      await this.recording(request, 'oidc-token', notSignedIn, () => this.oidc.canActivate(context));
    } else {
      await this.recording(request, bearer === null ? null : 'access-token', notSignedIn, () =>
        this.accessToken.canActivate(context),
      );
    }
    request.user.address = request.ip;
    if (this.reflector.getAllAndOverride<boolean>(SESSION_TOKEN_KEY, targets)) {
      const sent = request.headers['x-session-token'] === undefined ? null : 'session-token';
      await this.recording(request, sent, sessionTokenInvalid, () => this.sessionToken.canActivate(context));
    }
    return true;
  }

  private async checkApiKey(request: SignedRequest, secret: string): Promise<void> {
    const found = await this.apiKeys.findBySecretHash(hashOfSecret(secret));
    if (!found) throw new TokenRefused('unknown_api_key');
    request.user = new Actor(found.principal, request.id, found.apiKey);
  }

  /** A token that was sent and refused leaves a trace: why, not what. Null: nothing was sent. */
  private async recording(
    { id: requestId, ip: address }: SignedRequest,
    kind: string | null,
    refusal: () => Problem,
    check: () => unknown,
  ): Promise<void> {
    try {
      await check();
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      if (kind !== null) {
        const actor = { organizationId: null, name: 'sign-in check', requestId, address };
        const event = {
          action: 'token.refuse',
          targetType: 'token',
          targetId: kind,
          details: { reason: error.reason },
        };
        await this.trail.record(actor, event);
      }
      throw error.reason === 'no_account' ? noAccount() : refusal();
    }
  }
}

function bearerToken({ headers }: FastifyRequest): string | null {
  return /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** Global, after those who come too often are sent away: may they? A route that is neither `@Public()` nor `@Permit(...)` is closed to everybody. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly trail: RefusalTrail,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<boolean>(PUBLIC_KEY, context.getHandler())) return true;
    const permission = this.reflector.get<Permission | undefined>(PERMISSION_KEY, context.getHandler());
    const { user: actor } = context.switchToHttp().getRequest<SignedRequest>();
    if (permission && actor.may(permission)) return true;
    if (permission && actor.apiKey && !scopesAllow(actor.apiKey.scopes, permission)) {
      await this.refuseKey(actor, actor.apiKey.id, permission);
    }
    throw notPermitted();
  }

  /** @throws scope_missing */
  private async refuseKey(actor: Actor, targetId: string, permission: Permission): Promise<never> {
    const scopes = scopesFor(permission);
    const event = { action: 'api-key.refuse', targetType: 'api-key', targetId, details: { permission, scopes } };
    await this.trail.record(actor, event);
    throw scopesMissing(scopes);
  }
}
