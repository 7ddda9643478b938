import {
  type CalendarDate,
  DateField,
  EnumField,
  ForbiddenFields,
  PageQuery,
  TextField,
  UuidField,
} from '#libs/common';
import { credentialsQuery, registerQuery } from '#libs/credentials';
import { CERTIFICATE_TYPES, type CertificateType } from '#libs/kinds';

const READ_ONLY = ['id', 'status', 'verification', 'uploadedByUserId', 'createdAt', 'updatedAt'];

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

  @TextField({
    maxLength: 2000,
    form: 'prose',
    optional: true,
    nullable: true,
    example: 'Refresher course taken in Bergen',
  })
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

class OfType {
  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only this type' })
  certificate_type?: CertificateType;
}

export class CertificatesQuery extends credentialsQuery(OfType) {}

class PageOfType extends PageQuery {
  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only this type' })
  certificate_type?: CertificateType;
}

/** All of the organisation, the first to expire first. */
export class CertificateRegisterQuery extends registerQuery(PageOfType) {}
