import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import type { Problem } from '#libs/common';
import { AccessTrail } from './access-trail';
import type { Actor } from './actor';
import { notPermitted, notSignedIn, sessionTokenInvalid } from './auth.errors';
import { PERMISSION_KEY, PUBLIC_KEY, SESSION_TOKEN_KEY } from './decorators';
import type { Permission } from './permissions';
import { refusalOf, TokenRefused } from './token-refused';

/** A passport strategy as a guard that says why it refuses. `error` comes from `validate`, `found` from the checks before. */
function tokenGuard(strategy: string): CanActivate {
  class TokenGuard extends AuthGuard(strategy) {
    override handleRequest<T>(error: Error | null, actor: T | false, found?: unknown): T {
      if (error) throw error;
      if (!actor) throw refusalOf(found);
      return actor;
    }
  }
  return new TokenGuard();
}

/** Global: who is this? Every route but the `@Public()` ones needs an access token; contract D also a session token. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  private readonly accessToken = tokenGuard('access-token');
  private readonly sessionToken = tokenGuard('session-token');

  constructor(
    private readonly reflector: Reflector,
    private readonly trail: AccessTrail,
    @InjectDataSource() private readonly dataSource: DataSource,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    await this.check(context, 'access-token', headers.authorization, notSignedIn);
    if (this.reflector.getAllAndOverride<boolean>(SESSION_TOKEN_KEY, targets)) {
      await this.check(context, 'session-token', headers['x-session-token'], sessionTokenInvalid);
    }
    return true;
  }

  /** A token that was sent and refused leaves a trace: why, not what. */
  private async check(
    context: ExecutionContext,
    kind: 'access-token' | 'session-token',
    sent: unknown,
    refusal: () => Problem,
  ): Promise<void> {
    try {
      await (kind === 'access-token' ? this.accessToken : this.sessionToken).canActivate(context);
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      if (sent) await this.record(context, kind, error);
      throw refusal();
    }
  }

  private record(context: ExecutionContext, targetId: string, { reason }: TokenRefused): Promise<void> {
    const { id: requestId } = context.switchToHttp().getRequest<FastifyRequest>();
    const actor = { organizationId: null, name: 'sign-in check', requestId };
    const event = { action: 'token.refuse', targetType: 'token', targetId, details: { reason } };
    return this.trail.record(this.dataSource.manager, actor, event);
  }
}

/** Global: may they? A route that is neither `@Public()` nor `@Permit(...)` is closed to everybody. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.get<boolean>(PUBLIC_KEY, context.getHandler())) return true;
    const permission = this.reflector.get<Permission | undefined>(PERMISSION_KEY, context.getHandler());
    const { user: actor } = context.switchToHttp().getRequest<FastifyRequest & { user: Actor }>();
    if (!permission || !actor.may(permission)) throw notPermitted();
    return true;
  }
}
