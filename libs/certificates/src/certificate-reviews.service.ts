import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/auth';
import { type ReviewedSubmission, type Target, type Verification, Verifications } from '#libs/verification';
import { certificateNotFound } from './certificates.errors';
import { Certificates } from './certificates.service';

/** Review of certificates: says which certificate is meant and leaves the rest to the verification lib. */
@Injectable()
export class CertificateReviews {
  constructor(
    private readonly certificates: Certificates,
    private readonly verifications: Verifications,
  ) {}

  /** @throws certificate_not_found */
  async get(actor: Actor, id: string): Promise<Verification> {
    return (await this.certificates.getCurrent(actor, id)).verification;
  }

  /** @throws certificate_not_found */
  async listSubmissions(actor: Actor, id: string): Promise<ReviewedSubmission[]> {
    await this.certificates.getCurrent(actor, id);
    return this.verifications.listSubmissions(actor, target(id));
  }

  /** @throws certificate_not_found, own_credential, changed_since_read, already_decided */
  verify(actor: Actor, id: string, ifMatch: string | undefined): Promise<Verification> {
    return this.verifications.decide(actor, target(id), { outcome: 'verified' }, ifMatch);
  }

  /** The same with a reason that the professional reads. */
  reject(actor: Actor, id: string, reason: string, ifMatch: string | undefined): Promise<Verification> {
    return this.verifications.decide(actor, target(id), { outcome: 'rejected', reason }, ifMatch);
  }
}

function target(id: string): Target {
  return { type: 'certificate', id, notFound: certificateNotFound };
}
