import {
  BooleanQuery,
  type CalendarDate,
  DateField,
  EnumField,
  ForbiddenFields,
  ObjectField,
  ObjectListInput,
  PageQuery,
  TextField,
  UuidField,
} from '#libs/common';
import { credentialsQuery, registerQuery } from '#libs/credentials';
import { catalogueId, CERTIFICATE_TYPES, type CertificateType } from '#libs/kinds';
import { CertificateLineDto } from './certificate-line.dto';
import { SuspensionDto } from './suspension.dto';

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

  @UuidField({
    optional: true,
    nullable: true,
    description:
      'What kind of certificate it is, beyond its type: of the catalogue, or of the organisation. Any type may have any kind',
    example: catalogueId('BST'),
  })
  certificateKindId?: string | null;

  @ObjectListInput(() => CertificateLineDto, {
    minItems: 1,
    maxItems: 12,
    optional: true,
    nullable: true,
    description: 'What it proves, for a certificate with a kind; without them, what one of this kind usually does',
    example: null,
  })
  lines?: CertificateLineDto[] | null;

  @TextField({
    minLength: 1,
    maxLength: 3,
    optional: true,
    nullable: true,
    description: 'A code of ISO 3166-1 (two or three letters) or of ICAO Doc 9303; answered as three letters',
    example: 'NOR',
  })
  issuingState?: string | null;

  @DateField({ optional: true, nullable: true, description: 'Last day of the course', example: null })
  courseDate?: CalendarDate | null;

  @UuidField({
    optional: true,
    nullable: true,
    description:
      'The certificate of this person whose place it takes once it is verified; of the same kind, issued before it',
    example: null,
  })
  renewsId?: string | null;

  @UuidField({
    optional: true,
    nullable: true,
    description: 'The certificate of this person behind an endorsement or a receipt of application',
    example: null,
  })
  endorsesId?: string | null;

  @DateField({
    optional: true,
    nullable: true,
    description: 'Extended by the authority to this day, after `expiryDate`; with `extendedBy`',
    example: null,
  })
  extendedUntil?: CalendarDate | null;

  @TextField({
    minLength: 1,
    maxLength: 200,
    optional: true,
    nullable: true,
    description: 'Who extended it',
    example: null,
  })
  extendedBy?: string | null;

  @TextField({
    maxLength: 2000,
    form: 'prose',
    optional: true,
    nullable: true,
    example: 'Refresher course taken in Bergen',
  })
  notes?: string | null;
}

@ForbiddenFields('suspension', ...READ_ONLY)
export class CreateCertificateDto extends CertificateFields {
  @EnumField(CERTIFICATE_TYPES, { example: 'stcw_basic_safety' })
  certificateType: CertificateType;
}

/** Partial: a missing field stays, null clears it. The type cannot be changed. */
@ForbiddenFields('certificateType', ...READ_ONLY)
export class UpdateCertificateDto extends CertificateFields {
  @ObjectField(() => SuspensionDto, {
    optional: true,
    nullable: true,
    description: 'Staff only, and not for a certificate of their own; null lifts it',
    example: null,
  })
  suspension?: SuspensionDto | null;
}

const CURRENT =
  'true: only those whose place no later certificate has taken that is verified; false: only those where one has';

class OfType {
  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only this type' })
  certificate_type?: CertificateType;

  @BooleanQuery({ description: CURRENT })
  current?: boolean;
}

export class CertificatesQuery extends credentialsQuery(OfType) {}

class PageOfType extends PageQuery {
  @EnumField(CERTIFICATE_TYPES, { optional: true, description: 'Only this type' })
  certificate_type?: CertificateType;

  @BooleanQuery({ description: CURRENT })
  current?: boolean;
}

/** All of the organisation, the first to expire first. */
export class CertificateRegisterQuery extends registerQuery(PageOfType) {}
