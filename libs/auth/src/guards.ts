import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import type { Actor } from './actor';
import { notPermitted, notSignedIn, sessionTokenInvalid } from './auth.errors';
import { PERMISSION_KEY, PUBLIC_KEY, SESSION_TOKEN_KEY } from './decorators';
import type { Permission } from './permissions';

@Injectable()
class AccessTokenGuard extends AuthGuard('access-token') {
  override handleRequest<T>(error: Error | null, actor: T | false): T {
    if (error) throw error;
    if (!actor) throw notSignedIn();
    return actor;
  }
}

@Injectable()
class SessionTokenGuard extends AuthGuard('session-token') {
  override handleRequest<T>(error: Error | null, actor: T | false): T {
    if (error) throw error;
    if (!actor) throw sessionTokenInvalid();
    return actor;
  }
}

/** Global: who is this? Every route but the `@Public()` ones needs an access token; contract D also a session token. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  private readonly accessToken = new AccessTokenGuard();
  private readonly sessionToken = new SessionTokenGuard();

  constructor(private readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    await this.accessToken.canActivate(context);
    if (this.reflector.getAllAndOverride<boolean>(SESSION_TOKEN_KEY, targets)) {
      await this.sessionToken.canActivate(context);
    }
    return true;
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
