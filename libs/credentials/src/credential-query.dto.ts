import { type CalendarDate, DateField, EnumField, IntegerQuery, type PageQuery, UuidField } from '#libs/common';
import { VERIFICATION_STATUSES, type VerificationStatus } from '#libs/verification';
import { CERTIFICATE_STATUSES, type CertificateStatus } from './validity';

/** Most credentials of one person in one answer. */
const LIST_LIMIT = 10_000;

/** What a list of credentials of one kind can be asked for. Property names are the wire names of contract C. */
interface StateQuery {
  status?: CertificateStatus;
  verification_status?: VerificationStatus;
  /** Of kinds in which one takes the place of another: those to which that has not happened, or has. */
  current?: boolean;
}

/** A person's credentials of one kind. */
export interface CredentialsQuery extends StateQuery {
  limit: number;
  cursor?: string;
}

/** Those of the whole organisation. */
export interface RegisterQuery extends StateQuery, PageQuery {
  expires_from?: CalendarDate;
  expires_to?: CalendarDate;
}

type Class<T> = new () => T;

/** The query of a person's list, behind the kind's own filters: in the API's document these come first. */
export function credentialsQuery<T extends object>(Own: Class<T>): Class<T & CredentialsQuery> {
  class Query extends (Own as Class<object>) implements CredentialsQuery {
    @EnumField(CERTIFICATE_STATUSES, { optional: true, description: 'Only with this status today' })
    status?: CertificateStatus;

    @EnumField(VERIFICATION_STATUSES, { optional: true, description: 'Only with this review state' })
    verification_status?: VerificationStatus;

    @IntegerQuery({ min: 1, max: LIST_LIMIT, description: `At most this many (default ${LIST_LIMIT})` })
    limit: number = LIST_LIMIT;

    @UuidField({ optional: true, description: 'Id of the last one of the answer before; for the next `limit`' })
    cursor?: string;
  }
  return Query as Class<T & CredentialsQuery>;
}

/** The same for the list of the whole organisation. */
export function registerQuery<T extends PageQuery>(Own: Class<T>): Class<T & RegisterQuery> {
  class Query extends (Own as Class<PageQuery>) implements RegisterQuery {
    @EnumField(CERTIFICATE_STATUSES, { optional: true, description: 'Only with this status today' })
    status?: CertificateStatus;

    @EnumField(VERIFICATION_STATUSES, { optional: true, description: 'Only with this review state' })
    verification_status?: VerificationStatus;

    @DateField({ optional: true, description: 'Only what expires on this day or later', example: '2026-12-01' })
    expires_from?: CalendarDate;

    @DateField({ optional: true, description: 'Only what expires on this day or before', example: '2026-12-31' })
    expires_to?: CalendarDate;
  }
  return Query as Class<T & RegisterQuery>;
}
