import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTokenStrategy } from './access-token.strategy';
import { AuthenticationGuard, PermissionGuard } from './guards';
import { JwksController } from './jwks.controller';
import { OidcStrategy } from './oidc.strategy';
import { ProviderKeys } from './provider-keys';
import { Rights } from './rights';
import { ScopeRefusals } from './scope-refusals';
import { SessionTokenStrategy } from './session-token.strategy';
import { SigningKey } from './signing-key.entity';
import { SigningKeys } from './signing-keys.service';
import { Tokens } from './tokens';

/**
 * Sign-in checks for every route. `SessionDirectory` comes from the accounts lib, `AccessTrail` and `RefusalTrail` from the audit
 * lib, which are global for this reason.
 */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([SigningKey])],
  controllers: [JwksController],
  providers: [
    SigningKeys,
    Tokens,
    AccessTokenStrategy,
    OidcStrategy,
    ProviderKeys,
    SessionTokenStrategy,
    Rights,
    ScopeRefusals,
    { provide: APP_GUARD, useClass: AuthenticationGuard },
  ],
  exports: [Rights, ScopeRefusals, SigningKeys, Tokens],
})
export class AuthModule {}

/** Permission checks for every route. A module of its own, the last of all: a request is counted before it is refused for this. */
@Module({ providers: [{ provide: APP_GUARD, useClass: PermissionGuard }] })
export class PermissionModule {}
