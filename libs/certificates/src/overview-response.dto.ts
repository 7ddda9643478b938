import {
  DateField,
  EnumField,
  InstantField,
  IntegerField,
  ListField,
  ObjectField,
  type ResponseContext,
} from '#libs/common';
import type { RegisteredCredential } from '#libs/credentials';
import { CERTIFICATE_TYPES } from '#libs/kinds';
import { QueuePersonResponse, targetTypes } from '#libs/verification';
import type { Certificate } from './certificate.entity';
import { CertificateResponse } from './certificate-response.dto';
import { COUNT_BOUND, type ExpirySpan, type Overview } from './overviews.service';

/** A certificate in a list across people. */
export class RegisteredCertificateResponse {
  @ObjectField(() => CertificateResponse)
  certificate: CertificateResponse;

  @ObjectField(() => QueuePersonResponse)
  person: QueuePersonResponse;

  static from(
    { credential, person }: RegisteredCredential<Certificate>,
    context: ResponseContext,
  ): RegisteredCertificateResponse {
    return { certificate: CertificateResponse.from(credential, context), person };
  }
}

export class WaitingAgeResponse {
  @InstantField({ nullable: true, description: 'Sent in at this time or later; null: however long ago' })
  submittedAfter: string | null;

  @InstantField({ nullable: true, description: 'Sent in before this time; null: until now' })
  submittedBefore: string | null;

  @IntegerField({ example: 12 })
  count: number;
}

export class RejectedCountResponse {
  @EnumField(targetTypes, { example: 'certificate' })
  targetType: string;

  @IntegerField({ example: 3 })
  count: number;
}

export class TypeCountResponse {
  @EnumField(CERTIFICATE_TYPES, { example: 'medical' })
  certificateType: string;

  @IntegerField({ example: 7 })
  count: number;
}

export class ExpirySpanResponse {
  @DateField({ nullable: true, description: 'First day of expiry; null: however long ago', example: '2026-12-01' })
  expiresFrom: string | null;

  @DateField({ description: 'Last day of expiry', example: '2026-12-31' })
  expiresTo: string;

  @ListField(() => TypeCountResponse)
  counts: TypeCountResponse[];

  static from({ expiresFrom, expiresTo, counts }: ExpirySpan): ExpirySpanResponse {
    return {
      expiresFrom,
      expiresTo,
      counts: counts.map(({ certificateType, count }) => ({ certificateType, count })),
    };
  }
}

export class ReviewedDayResponse {
  @DateField({ example: '2026-11-20' })
  date: string;

  @IntegerField({ example: 41 })
  verified: number;

  @IntegerField({ example: 4 })
  rejected: number;
}

export class OverviewResponse {
  @DateField({ description: "In the organisation's time zone", example: '2026-11-21' })
  today: string;

  @IntegerField({ description: 'A count that is this large means "at least"', example: COUNT_BOUND })
  countedUpTo: number;

  @InstantField({ nullable: true, description: 'Since when the oldest waits; null: nothing waits' })
  oldestSubmittedAt: string | null;

  @ListField(() => WaitingAgeResponse, {
    description: 'What waits for a decision: under a day, up to three, up to seven, longer',
  })
  waiting: WaitingAgeResponse[];

  @ListField(() => RejectedCountResponse, { description: 'Rejected and not sent in again' })
  rejected: RejectedCountResponse[];

  @ListField(() => ExpirySpanResponse, { description: 'Expired, then within 30, 31 to 60 and 61 to 90 days' })
  expiry: ExpirySpanResponse[];

  @ListField(() => ExpirySpanResponse, { description: 'By month: the rest of this one and the eleven after it' })
  months: ExpirySpanResponse[];

  @ListField(() => ReviewedDayResponse, { description: 'Decisions of the last thirty days, today last' })
  reviewed: ReviewedDayResponse[];

  static from(overview: Overview): OverviewResponse {
    return {
      today: overview.today,
      countedUpTo: COUNT_BOUND,
      oldestSubmittedAt: overview.oldestSubmittedAt?.toISOString() ?? null,
      waiting: overview.waiting.map(({ submittedAfter, submittedBefore, count }) => ({
        submittedAfter: submittedAfter?.toISOString() ?? null,
        submittedBefore: submittedBefore?.toISOString() ?? null,
        count,
      })),
      rejected: overview.rejected.map(({ targetType, count }) => ({ targetType, count })),
      expiry: overview.expiry.map((span) => ExpirySpanResponse.from(span)),
      months: overview.months.map((span) => ExpirySpanResponse.from(span)),
      reviewed: overview.reviewed.map(({ date, verified, rejected }) => ({ date, verified, rejected })),
    };
  }
}
