import { Injectable } from '@nestjs/common';
import jwt, { type JwtPayload } from 'jsonwebtoken';
import type { Actor, LinkOwner } from '#libs/auth';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { linkExpired, linkInvalid } from '#libs/storage';
import { DIPLOMA } from './diploma-kind';
import type { Diploma } from './diploma.entity';

export const DIPLOMA_FILES_PATH = 'users-organizations/v1/rs/files';

const AUDIENCE = 'diploma-file';

/** What a link says: which file of which diploma, and who asked for it. It is only worth what they may when it is opened. */
export interface DiplomaLink {
  diplomaUuid: string;
  /** The one upload that it opens; null for a diploma that had none: such a link opens nothing. */
  uploadId: string | null;
  owner: LinkOwner;
  /** Handed to an API key that may write and not read: good for what its request wrote. */
  isOfWriter: boolean;
}

interface LinkClaims {
  sub: string;
  upl: string | null;
  sid: string;
  key: string | null;
  own: boolean;
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

  /** A URL that downloads the diploma's file of this moment for DOWNLOAD_URL_MINUTES, for as long as its owner may. @throws session_required */
  urlOf({ uuid, uploadId }: Pick<Diploma, 'uuid' | 'uploadId'>, actor: Actor): string {
    const { keys, environment, publicUrl } = this.config;
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    const claims: LinkClaims & JwtPayload = {
      sub: uuid,
      upl: uploadId,
      sid: actor.requireSession(),
      key: actor.apiKey?.id ?? null,
      own: !actor.may(DIPLOMA.permissions.read),
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
      const { sub, upl, sid, key, own } = jwt.verify(token, this.config.keys.signedUrl, {
        algorithms: ['HS256'],
        audience: AUDIENCE,
        clockTimestamp: Math.floor(this.clock.now().getTime() / 1000),
      }) as unknown as LinkClaims;
      return { diplomaUuid: sub, uploadId: upl, owner: { sessionId: sid, apiKeyId: key }, isOfWriter: own };
    } catch (error) {
      throw error instanceof jwt.TokenExpiredError ? linkExpired() : linkInvalid();
    }
  }
}
