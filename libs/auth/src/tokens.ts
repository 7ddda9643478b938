import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import jwt from 'jsonwebtoken';
import type { SecretOrKeyProvider } from 'passport-jwt';
import { Clock, newId } from '#libs/common';
import { Config } from '#libs/config';
import { notSignedIn } from './auth.errors';
import { readHeader } from './jws-header';
import { type LoadedKey, SigningKeys } from './signing-keys.service';
import { TokenRefused } from './token-refused';

export const ALGORITHM = 'ES256';

/** One key signs all three kinds: `typ` and `aud` keep one from being accepted in place of another (RFC 8725, 3.11). */
export const KINDS = {
  access: { typ: 'at+jwt', aud: 'credence-access' },
  refresh: { typ: 'rt+jwt', aud: 'credence-refresh' },
  session: { typ: 'st+jwt', aud: 'credence-session' },
} as const;
export type TokenKind = keyof typeof KINDS;

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

/** Makes the three tokens of a sign-in, and finds the key to check one with. */
@Injectable()
export class Tokens {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly signingKeys: SigningKeys,
  ) {}

  async issue({ sessionId, userId, userUuid, refreshGeneration, sessionExpiresAt }: TokenSubject): Promise<TokenSet> {
    const key = await this.signingKeys.current();
    const iat = this.seconds();
    const sessionEnd = Math.floor(sessionExpiresAt.getTime() / 1000);
    const accessEnd = Math.min(iat + this.config.environment.ACCESS_TOKEN_MINUTES * 60, sessionEnd);
    return {
      accessToken: sign('access', { sub: userUuid, sid: sessionId, iat, exp: accessEnd }, key),
      refreshToken: sign('refresh', { sid: sessionId, gen: refreshGeneration, iat, exp: sessionEnd }, key),
      sessionToken: sign('session', { userId, sessionId, iat, exp: sessionEnd }, key),
    };
  }

  /** @throws not_signed_in when the token is not one of ours or has expired. */
  async readRefreshToken(token: string): Promise<RefreshClaims> {
    try {
      const claims = jwt.verify(token, await this.keyOf('refresh', token), {
        algorithms: [ALGORITHM],
        audience: KINDS.refresh.aud,
        clockTimestamp: this.seconds(),
      });
      return claims as unknown as RefreshClaims;
    } catch {
      throw notSignedIn();
    }
  }

  /** Finds the key for passport-jwt. It hands it to jsonwebtoken, which takes a KeyObject; only its type says otherwise. */
  keyProvider(kind: TokenKind): SecretOrKeyProvider {
    return (_request, token: string, done) => {
      this.keyOf(kind, token).then(
        (key) => done(null, key as unknown as string),
        (error: unknown) => done(error),
      );
    };
  }

  /** @throws TokenRefused */
  private async keyOf(kind: TokenKind, token: string): Promise<KeyObject> {
    const { alg, typ, kid } = readHeader(token);
    if (alg !== ALGORITHM) throw new TokenRefused('wrong_algorithm');
    if (typ !== KINDS[kind].typ) throw new TokenRefused('wrong_type');
    const key = kid === undefined ? null : await this.signingKeys.find(kid);
    if (!key) throw new TokenRefused('unknown_key');
    return key;
  }

  private seconds(): number {
    return Math.floor(this.clock.now().getTime() / 1000);
  }
}

function sign(kind: TokenKind, claims: object, { kid, privateKey }: LoadedKey): string {
  const { typ, aud } = KINDS[kind];
  return jwt.sign({ ...claims, aud, jti: newId() }, privateKey, {
    algorithm: ALGORITHM,
    header: { alg: ALGORITHM, typ, kid },
  });
}
