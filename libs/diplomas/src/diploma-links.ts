import { Injectable } from '@nestjs/common';
import jwt, { type JwtPayload } from 'jsonwebtoken';
import type { Actor } from '#libs/auth';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { linkExpired, linkInvalid } from '#libs/storage';

export const DIPLOMA_FILES_PATH = 'users-organizations/v1/rs/files';

const AUDIENCE = 'diploma-file';

/** What a link says: which diploma, and who asked for it. */
export interface DiplomaLink {
  diplomaUuid: string;
  reader: Pick<Actor, 'userUuid' | 'sessionId' | 'organizationId'>;
}

interface LinkClaims {
  sub: string;
  by: string;
  sid: string | null;
  org: number;
}

/**
 * Signed, expiring URLs that stand for a diploma's file from the moment the diploma exists. They lead to the product, not to
 * storage: the address a client may still write to is never the one that is read from.
 */
@Injectable()
export class DiplomaLinks {
  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** A URL that downloads the diploma's file for DOWNLOAD_URL_MINUTES. */
  urlOf(diplomaUuid: string, reader: DiplomaLink['reader']): string {
    const { keys, environment, publicUrl } = this.config;
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    const claims: LinkClaims & JwtPayload = {
      sub: diplomaUuid,
      by: reader.userUuid,
      sid: reader.sessionId,
      org: reader.organizationId,
      aud: AUDIENCE,
      iat,
      exp: iat + environment.DOWNLOAD_URL_MINUTES * 60,
    };
    const token = jwt.sign(claims, keys.signedUrl, { algorithm: 'HS256' });
    return `${publicUrl}/${DIPLOMA_FILES_PATH}?token=${token}`;
  }

  /** @throws link_expired, link_invalid */
  read(token: string): DiplomaLink {
    try {
      const { sub, by, sid, org } = jwt.verify(token, this.config.keys.signedUrl, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        clockTimestamp: Math.floor(this.clock.now().getTime() / 1000),
      }) as unknown as LinkClaims;
      return { diplomaUuid: sub, reader: { userUuid: by, sessionId: sid, organizationId: org } };
    } catch (error) {
      throw error instanceof jwt.TokenExpiredError ? linkExpired() : linkInvalid();
    }
  }
}
