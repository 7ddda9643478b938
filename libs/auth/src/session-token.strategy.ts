import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { ExtractJwt } from 'passport-jwt';
import { Actor, SessionDirectory } from './actor';
import { RememberingStrategy } from './remembering.strategy';
import { TokenRefused } from './token-refused';
import { ALGORITHM, KINDS, type SessionClaims, Tokens } from './tokens';

/** `x-session-token` of contract D; runs after the bearer token. After an access token it must name the same user and session. */
@Injectable()
export class SessionTokenStrategy extends PassportStrategy(RememberingStrategy, 'session-token') {
  constructor(
    tokens: Tokens,
    private readonly sessions: SessionDirectory,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromHeader('x-session-token'),
      secretOrKeyProvider: tokens.keyProvider('session'),
      algorithms: [ALGORITHM],
      audience: KINDS.session.aud,
      passReqToCallback: true,
    });
  }

  async validate(request: FastifyRequest & { user: Actor }, claims: SessionClaims): Promise<Actor> {
    const { user: actor } = request;
    if (actor.kind === 'api-key') return this.personBehind(request, actor, claims);
    if (claims.sessionId !== actor.sessionId || claims.userId !== actor.userId) throw new TokenRefused('other_session');
    return actor;
  }

  /** A key with the session token of a person of its organisation acts in the name of that person. */
  private async personBehind({ id }: FastifyRequest, key: Actor, claims: SessionClaims): Promise<Actor> {
    const signedIn = await this.sessions.findSignedIn(claims.sessionId);
    if (!signedIn || signedIn.userId !== claims.userId) throw new TokenRefused('session_over');
    if (signedIn.organizationId !== key.organizationId) throw new TokenRefused('other_organization');
    return new Actor(signedIn, id, key.apiKey);
  }
}
