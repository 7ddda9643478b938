import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Strategy } from 'passport-jwt';
import { isDatabaseAway, Problem } from '#libs/common';
import { Config } from '#libs/config';
import { AccessTokenStrategy } from './access-token.strategy';
import { RefusalTrail } from './access-trail';
import { Actor, ApiKeyDirectory } from './actor';
import { noAccount, notPermitted, notSignedIn, sessionTokenInvalid } from './auth.errors';
import { hashOfSecret, isApiKeySecret } from './api-key-secret';
import { PERMISSION_KEY, PERMIT_OPTIONS_KEY, type PermitOptions, PUBLIC_KEY, SESSION_TOKEN_KEY } from './decorators';
import { claimedIssuer } from './jws-header';
import { OidcStrategy } from './oidc.strategy';
import type { Permission } from './permissions';
import type { PassportAttempt } from './remembering.strategy';
import { scopesAllow } from './scopes';
import { ScopeRefusals } from './scope-refusals';
import { SessionTokenStrategy } from './session-token.strategy';
import { refusalOf, TokenRefused } from './token-refused';

type SignedRequest = FastifyRequest & { user: Actor };

/**
 * Global: who is this? Every route but the `@Public()` ones needs a bearer token: an access token, a
 * token of the identity provider, or an API key. Contract D also
 * needs a session token.
 */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly config: Config,
    private readonly accessToken: AccessTokenStrategy,
    private readonly sessionToken: SessionTokenStrategy,
    private readonly oidc: OidcStrategy,
    private readonly apiKeys: ApiKeyDirectory,
    private readonly trail: RefusalTrail,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const needsSession = this.reflector.getAllAndOverride<boolean | undefined>(SESSION_TOKEN_KEY, targets) ?? false;
    return this.check(context.switchToHttp().getRequest<SignedRequest>(), needsSession);
  }

  private async check(request: SignedRequest, needsSession: boolean): Promise<true> {
    const bearer = bearerToken(request);
    let sent: string | null = null;
    try {
      if (bearer !== null && isApiKeySecret(bearer)) {
        sent = 'api-key';
        request.user = await this.actorOfApiKey(request, bearer);
      } else if (bearer !== null && this.config.oidc && claimedIssuer(bearer) !== undefined) {
        // Ours name no issuer.
        sent = 'oidc-token';
        request.user = await authenticate(this.oidc, request);
      } else {
        sent = bearer === null ? null : 'access-token';
        request.user = await authenticate(this.accessToken, request);
      }
    } catch (error) {
      throw await this.refusal(request, sent, notSignedIn, error);
    }
    if (needsSession) {
      try {
        sent = request.headers['x-session-token'] === undefined ? null : 'session-token';
        request.user = await authenticate(this.sessionToken, request);
      } catch (error) {
        throw await this.refusal(request, sent, sessionTokenInvalid, error);
      }
    }
    request.user.address = request.ip;
    return true;
  }

  private async actorOfApiKey(request: SignedRequest, secret: string): Promise<Actor> {
    const found = await this.apiKeys.findBySecretHash(hashOfSecret(secret));
    if (!found) throw new TokenRefused('unknown_api_key');
    return new Actor(found.principal, request.id, found.apiKey);
  }

  /** A token that was sent and refused leaves a trace: why, not what. Null: nothing was sent. */
  private async refusal(
    { id: requestId, ip: address }: SignedRequest,
    sent: string | null,
    refused: () => Problem,
    error: unknown,
  ): Promise<unknown> {
    if (!(error instanceof TokenRefused)) return error;
    if (sent !== null) {
      const actor = { organizationId: null, name: 'sign-in check', requestId, address };
      const event = { action: 'token.refuse', targetType: 'token', targetId: sent, details: { reason: error.reason } };
      await this.trail.record(actor, event);
    }
    return error.reason === 'no_account' ? noAccount() : refused();
  }
}

/**
 * Asks a strategy in passport's own way: an object made from it is given what to do with each outcome, and then the request. Without the
 * middleware that passport and Nest's guard put around it, which is made anew for each request and costs more than all but the
 * signature (docs/performance.md). @throws TokenRefused, and what `validate` throws
 */
function authenticate(strategy: Strategy, request: SignedRequest): Promise<Actor> {
  return new Promise((resolve, reject) => {
    const attempt = Object.create(strategy) as PassportAttempt;
    attempt.success = (actor) => resolve(actor as Actor);
    // Not the token's fault when it is a problem of ours.
    attempt.fail = (found) => reject(isOurs(found) ? found : refusalOf(found));
    attempt.error = reject;
    attempt.authenticate(request);
  });
}

/** The keys are looked for in the database: where that is away, nobody's token is wrong. */
function isOurs(found: unknown): found is Error {
  return found instanceof Problem || isDatabaseAway(found);
}

function bearerToken({ headers }: FastifyRequest): string | null {
  return /^bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** Global, after those who come too often are sent away: may they? A route that is neither `@Public()` nor `@Permit(...)` is closed to everybody. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly refusals: ScopeRefusals,
  ) {}

  /** Before anything is looked up: whether it is there, and which version, is told to those who may know. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const handler = context.getHandler();
    if (this.reflector.get<boolean>(PUBLIC_KEY, handler)) return true;
    const permission = this.reflector.get<Permission | undefined>(PERMISSION_KEY, handler);
    const { user: actor } = context.switchToHttp().getRequest<SignedRequest>();
    if (!permission) throw notPermitted();
    const { shows, orOwn } = this.reflector.get<PermitOptions>(PERMIT_OPTIONS_KEY, handler);
    const needed = shows ? [permission, shows] : [permission];
    if (needed.every((each) => actor.may(each)) || (orOwn && actor.may(orOwn))) return true;
    const { apiKey } = actor;
    if (apiKey && !needed.every((each) => scopesAllow(apiKey.scopes, each))) {
      return this.refusals.refuse(actor, apiKey, ...needed);
    }
    throw notPermitted();
  }
}
