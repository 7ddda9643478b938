import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt } from 'passport-jwt';
import { Actor, SessionDirectory } from './actor';
import { RememberingStrategy } from './remembering.strategy';
import { TokenRefused } from './token-refused';
import { type AccessClaims, ALGORITHM, KINDS, Tokens } from './tokens';

/** `Authorization: Bearer <accessToken>`. The session behind the token is looked up on every request. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(RememberingStrategy, 'access-token') {
  constructor(
    tokens: Tokens,
    private readonly sessions: SessionDirectory,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: tokens.keyProvider('access'),
      algorithms: [ALGORITHM],
      audience: KINDS.access.aud,
      passReqToCallback: true,
    });
  }

  async validate(request: FastifyRequest, claims: AccessClaims): Promise<Actor> {
    const signedIn = await this.sessions.findSignedIn(claims.sid);
    if (!signedIn || signedIn.userUuid !== claims.sub) throw new TokenRefused('session_over');
    return new Actor(signedIn, request.id);
  }
}
