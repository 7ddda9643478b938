import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '#libs/config';
import { Actor } from './actor';
import { IdentityDirectory, readIdentity } from './identity';
import { PROVIDER_ALGORITHMS, ProviderKeys } from './provider-keys';
import { TokenRefused } from './token-refused';

/** Their clock and ours may differ by this much. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** `Authorization: Bearer <token of the identity provider>`. Without OIDC_ISSUER the guard never asks. */
@Injectable()
export class OidcStrategy extends PassportStrategy(Strategy, 'oidc') {
  constructor(
    private readonly config: Config,
    private readonly identities: IdentityDirectory,
    keys: ProviderKeys,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request, token: string, done) => {
        // jsonwebtoken takes a KeyObject; only its type says otherwise.
        keys.keyOf(token).then(
          (key) => done(null, key as unknown as string),
          (error: unknown) => done(error),
        );
      },
      algorithms: [...PROVIDER_ALGORITHMS],
      issuer: config.oidc?.issuer ?? [],
      audience: config.oidc?.audience ?? [],
      jsonWebTokenOptions: { clockTolerance: CLOCK_TOLERANCE_SECONDS },
      passReqToCallback: true,
    });
  }

  async validate(request: FastifyRequest, claims: Record<string, unknown>): Promise<Actor> {
    // jsonwebtoken takes a token without an end for one that never ends.
    if (!this.config.oidc || typeof claims['exp'] !== 'number') throw new TokenRefused('unusable_claims');
    const principal = await this.identities.findOrCreate(readIdentity(claims, this.config.oidc), request.id);
    if (!principal) throw new TokenRefused('no_account');
    return new Actor(principal, request.id);
  }
}
