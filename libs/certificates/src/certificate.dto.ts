import {
  type CalendarDate,
  DateField,
  EnumField,
  ForbiddenFields,
  IntegerQuery,
  PageQuery,
  TextField,
  UuidField,
} from '#libs/common';
import { VERIFICATION_STATUSES, type VerificationStatus } from '#libs/verification';
import { CERTIFICATE_TYPES, type CertificateType } from './certificate.entity';
import { CERTIFICATE_STATUSES, type CertificateStatus } from './validity';

const READ_ONLY = ['id', 'status', 'verification', 'uploadedByUserId', 'createdAt', 'updatedAt'];

/** Most certificates of one person in one answer. */
const LIST_LIMIT = 10_000;

/** What may be changed later too. */
abstract class CertificateFields {
  @TextField({ minLength: 1, maxLength: 100, optional: true, nullable: true, example: 'BST-2024-55231' })
  certificateNumber?: string | null;

  @TextField({ minLength: 1, maxLength: 200, optional: true, nullable: true, example: 'Norwegian Maritime Authority' })
  issuingAuthority?: string | null;

  @DateField({ optional: true, nullable: true, example: '2024-05-02' })
  issueDate?: CalendarDate | null;

  @DateField({ optional: true, nullable: true, description: 'Not before issueDate', example: '2029-05-01' })
  expiryDate?: CalendarDate | null;

  @UuidField({ optional: true, nullable: true, description: 'A finalized upload', example: null })
  uploadId?: string | null;

  @TextField({ maxLength: 2000, optional: true, nullable: true, example: 'Refresher course taken in Bergen' })
  notes?: string | null;
}

@ForbiddenFields(...READ_ONLY)
export class CreateCertificateDto extends CertificateFields {
  @EnumField(CERTIFICATE_TYPES, { example: 'stcw_basic_safety' })
  certificateType: CertificateType;
}

/** Partial: a missing field stays, null clears it. The type cannot be changed. */
@ForbiddenFields('certificateType', ...READ_ONLY)
export class UpdateCertificateDto extends CertificateFields {}

/** Property names are the wire names of contract C. */
export class CertificatesQuery {
  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only this type' })
  certificate_type?: CertificateType;

  @EnumField(CERTIFICATE_STATUSES, { optional: true, description: 'Only with this status today' })
  status?: CertificateStatus;

  @EnumField(VERIFICATION_STATUSES, { optional: true, description: 'Only with this review state' })
  verification_status?: VerificationStatus;

  @IntegerQuery({ min: 1, max: LIST_LIMIT, description: `At most this many (default ${LIST_LIMIT})` })
  limit: number = LIST_LIMIT;

  @UuidField({ optional: true, description: 'Id of the last certificate of the answer before; for the next `limit`' })
  cursor?: string;
}

/** All of the organisation, the first to expire first. */
export class CertificateRegisterQuery extends PageQuery {
  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only this type' })
  certificate_type?: CertificateType;

  @EnumField(CERTIFICATE_STATUSES, { optional: true, description: 'Only with this status today' })
  status?: CertificateStatus;

  @EnumField(VERIFICATION_STATUSES, { optional: true, description: 'Only with this review state' })
  verification_status?: VerificationStatus;

  @DateField({ optional: true, description: 'Only what expires on this day or later', example: '2026-12-01' })
  expires_from?: CalendarDate;

  @DateField({ optional: true, description: 'Only what expires on this day or before', example: '2026-12-31' })
  expires_to?: CalendarDate;
}
