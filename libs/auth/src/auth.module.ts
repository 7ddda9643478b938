import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessTokenStrategy } from './access-token.strategy';
import { AuthenticationGuard, PermissionGuard } from './guards';
import { SessionTokenStrategy } from './session-token.strategy';
import { Tokens } from './tokens';

/** Sign-in checks for every route. `SessionDirectory` comes from the users lib, which is global for this reason. */
@Global()
@Module({
  providers: [
    Tokens,
    AccessTokenStrategy,
    SessionTokenStrategy,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
    { provide: APP_GUARD, useClass: PermissionGuard },
  ],
  exports: [Tokens],
})
export class AuthModule {}
