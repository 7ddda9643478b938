import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import { Clock, newId } from '#libs/common';
import { Config } from '#libs/config';
import { notSignedIn } from './auth.errors';

const ALGORITHM = 'HS256';

/** Claims of the access token (RFC 7519). */
export interface AccessClaims {
  /** The user's uuid. */
  sub: string;
  /** The session's id. */
  sid: string;
}

/** Claims of the session token, as contract D gives them, plus `iat` and `exp`. */
export interface SessionClaims {
  userId: number;
  sessionId: string;
}

export interface RefreshClaims {
  sid: string;
  /** The session's refresh generation at the time of issue. */
  gen: number;
}

export interface TokenSet {
  accessToken: string;
  refreshToken: string;
  sessionToken: string;
}

export interface TokenSubject {
  sessionId: string;
  userId: number;
  userUuid: string;
  refreshGeneration: number;
  sessionExpiresAt: Date;
}

/** Makes the three tokens of a sign-in. Each kind has its own key, so that none is accepted in place of another. */
@Injectable()
export class Tokens {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  issue(subject: TokenSubject): TokenSet {
    const { keys, environment } = this.config;
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const sessionEnd = Math.floor(subject.sessionExpiresAt.getTime() / 1000);
    const accessEnd = Math.min(now + environment.ACCESS_TOKEN_MINUTES * 60, sessionEnd);
    return {
      accessToken: sign({ sub: subject.userUuid, sid: subject.sessionId }, keys.accessToken, now, accessEnd),
      refreshToken: sign(
        { sid: subject.sessionId, gen: subject.refreshGeneration },
        keys.refreshToken,
        now,
        sessionEnd,
      ),
      sessionToken: sign({ userId: subject.userId, sessionId: subject.sessionId }, keys.sessionToken, now, sessionEnd),
    };
  }

  /** @throws not_signed_in when the token is not one of ours or has expired. */
  readRefreshToken(token: string): RefreshClaims {
    try {
      const clockTimestamp = Math.floor(this.clock.now().getTime() / 1000);
      const claims = jwt.verify(token, this.config.keys.refreshToken, { algorithms: [ALGORITHM], clockTimestamp });
      return claims as unknown as RefreshClaims;
    } catch {
      throw notSignedIn();
    }
  }
}

function sign(claims: object, key: KeyObject, iat: number, exp: number): string {
  return jwt.sign({ ...claims, iat, exp, jti: newId() }, key, { algorithm: ALGORITHM });
}

/** passport-jwt hands the key to jsonwebtoken, which takes a KeyObject; only its type says otherwise. */
export function asSecret(key: KeyObject): string {
  return key as unknown as string;
}
