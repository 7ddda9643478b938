import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Config } from '#libs/config';
import type { Actor } from './actor';
import { asSecret, type SessionClaims } from './tokens';

/** `x-session-token` of contract D; runs after the access token and must name the same user and session. */
@Injectable()
export class SessionTokenStrategy extends PassportStrategy(Strategy, 'session-token') {
  constructor(config: Config) {
    super({
      jwtFromRequest: ExtractJwt.fromHeader('x-session-token'),
      secretOrKeyProvider: (_request, _token, done) => done(null, asSecret(config.keys.sessionToken)),
      algorithms: ['HS256'],
      passReqToCallback: true,
    });
  }

  validate(request: FastifyRequest & { user: Actor }, claims: SessionClaims): Actor | false {
    const { user: actor } = request;
    return claims.sessionId === actor.sessionId && claims.userId === actor.userId ? actor : false;
  }
}
