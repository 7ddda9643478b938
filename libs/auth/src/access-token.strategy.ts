import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '#libs/config';
import { Actor, SessionDirectory } from './actor';
import { type AccessClaims, asSecret } from './tokens';

/** `Authorization: Bearer <accessToken>`. The session behind the token is looked up on every request. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'access-token') {
  constructor(
    config: Config,
    private readonly sessions: SessionDirectory,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // A KeyObject made once: parsing a secret for each token costs half of a request.
      secretOrKeyProvider: (_request, _token, done) => done(null, asSecret(config.keys.accessToken)),
      algorithms: ['HS256'],
      passReqToCallback: true,
    });
  }

  async validate(request: FastifyRequest, claims: AccessClaims): Promise<Actor | false> {
    const signedIn = await this.sessions.findSignedIn(claims.sid);
    if (!signedIn || signedIn.userUuid !== claims.sub) return false;
    return new Actor(signedIn, request.id);
  }
}
