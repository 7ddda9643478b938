import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor } from './actor';
import type { Permission } from './permissions';

export const PUBLIC_KEY = 'credence:public';
export const PERMISSION_KEY = 'credence:permission';
export const PERMIT_OPTIONS_KEY = 'credence:permit-options';
export const SESSION_TOKEN_KEY = 'credence:session-token';

/** Names of the security schemes in the OpenAPI document. */
export const BEARER_SCHEME = 'accessToken';
export const SESSION_SCHEME = 'sessionToken';

/** A route that needs no sign-in. Every route is this or `@Permit`; a test lists them. */
export function Public(): MethodDecorator {
  return applyDecorators(SetMetadata(PUBLIC_KEY, true), ApiSecurity({}));
}

/** What a route needs besides its permission, or takes in its place. */
export interface PermitOptions {
  /** The answer tells of what was there before: whoever may not read it may not have it changed and told either. */
  shows?: Permission;
  /** Will do as well, for what the caller's own API key has sent: the service looks whose it is. */
  orOwn?: Permission;
}

/** A route that needs a signed-in person whose role has the permission. */
export function Permit(permission: Permission, options: PermitOptions = {}): MethodDecorator {
  const { shows, orOwn } = options;
  return applyDecorators(
    SetMetadata(PERMISSION_KEY, permission),
    SetMetadata(PERMIT_OPTIONS_KEY, options),
    ApiBearerAuth(BEARER_SCHEME),
    ApiExtension('x-permission', permission),
    ...(shows ? [ApiExtension('x-shows', shows)] : []),
    ...(orOwn ? [ApiExtension('x-or-own', orOwn)] : []),
  );
}

/** Contract D: `x-session-token` is required besides the access token. */
export function RequiresSessionToken(): ClassDecorator & MethodDecorator {
  return SetMetadata(SESSION_TOKEN_KEY, true);
}

/** The signed-in person, as a handler parameter. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor =>
    context.switchToHttp().getRequest<FastifyRequest & { user: Actor }>().user,
);
