import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/auth';
import { type ReviewedSubmission, type Target, type Verification, Verifications } from '#libs/verification';
import { diplomaNotFound } from './diplomas.errors';
import { DiplomaReader } from './diploma-reader.service';

/** Review of diplomas: says which diploma is meant and leaves the rest to the verification lib. */
@Injectable()
export class DiplomaReviews {
  constructor(
    private readonly diplomas: DiplomaReader,
    private readonly verifications: Verifications,
  ) {}

  /** @throws diploma_not_found */
  async get(actor: Actor, uuid: string): Promise<Verification> {
    return (await this.diplomas.getByUuid(actor, uuid)).verification;
  }

  /** @throws diploma_not_found */
  async listSubmissions(actor: Actor, uuid: string): Promise<ReviewedSubmission[]> {
    await this.diplomas.getByUuid(actor, uuid);
    return this.verifications.listSubmissions(actor, target(uuid));
  }

  /** @throws diploma_not_found, own_credential, changed_since_read, already_decided, not_submitted */
  verify(actor: Actor, uuid: string, ifMatch: string | undefined): Promise<Verification> {
    return this.verifications.decide(actor, target(uuid), { outcome: 'verified' }, ifMatch);
  }

  /** The same with a reason that the professional reads. */
  reject(actor: Actor, uuid: string, reason: string, ifMatch: string | undefined): Promise<Verification> {
    return this.verifications.decide(actor, target(uuid), { outcome: 'rejected', reason }, ifMatch);
  }
}

function target(id: string): Target {
  return { type: 'diploma', id, notFound: diplomaNotFound };
}
