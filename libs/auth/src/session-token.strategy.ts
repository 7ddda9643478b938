import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { Actor } from './actor';
import { TokenRefused } from './token-refused';
import { ALGORITHM, KINDS, type SessionClaims, Tokens } from './tokens';

/** `x-session-token` of contract D; runs after the access token and must name the same user and session. */
@Injectable()
export class SessionTokenStrategy extends PassportStrategy(Strategy, 'session-token') {
  constructor(tokens: Tokens) {
    super({
      jwtFromRequest: ExtractJwt.fromHeader('x-session-token'),
      secretOrKeyProvider: tokens.keyProvider('session'),
      algorithms: [ALGORITHM],
      audience: KINDS.session.aud,
      passReqToCallback: true,
    });
  }

  validate({ user: actor }: FastifyRequest & { user: Actor }, claims: SessionClaims): Actor {
    if (claims.sessionId !== actor.sessionId || claims.userId !== actor.userId) throw new TokenRefused('other_session');
    return actor;
  }
}
