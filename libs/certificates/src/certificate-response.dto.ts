import {
  DateField,
  EnumField,
  InstantField,
  ListField,
  ObjectField,
  type ResponseContext,
  TextField,
  UuidField,
} from '#libs/common';
import { CERTIFICATE_STATUSES, statusOn } from '#libs/credentials';
import { catalogueId, CERTIFICATE_TYPES } from '#libs/kinds';
import { UPLOAD_STATUSES } from '#libs/uploads';
import { DuplicateResponse, duplicateOf, VerificationResponse } from '#libs/verification';
import type { Certificate } from './certificate.entity';
import { CertificateLineResponse } from './certificate-line-response.dto';
import { SuspensionResponse } from './suspension.dto';

export class CertificateResponse {
  @UuidField({ example: '01938e7b-1f10-7c7e-8d1a-3a1b8f0f7a22' })
  id: string;

  @EnumField(CERTIFICATE_TYPES, { example: 'stcw_basic_safety' })
  certificateType: string;

  @TextField({ maxLength: 100, nullable: true, example: 'BST-2024-55231' })
  certificateNumber: string | null;

  @TextField({ maxLength: 200, nullable: true, example: 'Norwegian Maritime Authority' })
  issuingAuthority: string | null;

  @DateField({ nullable: true, example: '2024-05-02' })
  issueDate: string | null;

  @DateField({ nullable: true, example: '2029-05-01' })
  expiryDate: string | null;

  @UuidField({ nullable: true, example: '01938e7b-0d2c-7b52-9a0e-6d1f0f8c1b33' })
  uploadId: string | null;

  @UuidField({ nullable: true, description: 'What kind it is, beyond its type', example: catalogueId('BST') })
  certificateKindId: string | null;

  @ListField(() => CertificateLineResponse, { nullable: true, description: 'What it proves; null without a kind' })
  lines: CertificateLineResponse[] | null;

  @TextField({ maxLength: 3, nullable: true, description: 'Three letters (ISO 3166-1, ICAO Doc 9303)', example: 'NOR' })
  issuingState: string | null;

  @DateField({ nullable: true, description: 'Last day of the course', example: null })
  courseDate: string | null;

  @UuidField({ nullable: true, description: 'The certificate whose place it takes once it is verified', example: null })
  renewsId: string | null;

  @UuidField({
    nullable: true,
    description: 'The certificate behind an endorsement or a receipt of application',
    example: null,
  })
  endorsesId: string | null;

  @DateField({
    nullable: true,
    description: 'Extended by the authority to this day; `status` speaks of what is printed',
    example: null,
  })
  extendedUntil: string | null;

  @TextField({ maxLength: 200, nullable: true, description: 'Who extended it', example: null })
  extendedBy: string | null;

  @ObjectField(() => SuspensionResponse, {
    nullable: true,
    description: 'That it does not count for a while, as staff have said; nobody reviews it',
  })
  suspension: SuspensionResponse | null;

  @EnumField(UPLOAD_STATUSES, {
    nullable: true,
    description: 'How far the file is: only with `ready` can the certificate be verified; null without one',
    example: 'ready',
  })
  fileStatus: string | null;

  @UuidField({ example: '01938e7a-5c5e-7d4f-9a51-0c5f3f9f5b11' })
  uploadedByUserId: string;

  @TextField({ maxLength: 2000, nullable: true, example: 'Refresher course taken in Bergen' })
  notes: string | null;

  @EnumField(CERTIFICATE_STATUSES, { description: "In date today, in the organisation's time zone?", example: 'valid' })
  status: string;

  @ObjectField(() => VerificationResponse)
  verification: VerificationResponse;

  @ObjectField(() => DuplicateResponse, {
    nullable: true,
    description: 'The credential that had the same file when this one was sent in; null when there was none',
  })
  duplicateOf: DuplicateResponse | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;

  static from(certificate: Certificate, context: ResponseContext): CertificateResponse {
    const { today, expiringSoonDays, reader } = context;
    return {
      id: certificate.id,
      certificateType: certificate.certificateType,
      certificateNumber: certificate.certificateNumber,
      issuingAuthority: certificate.issuingAuthority,
      issueDate: certificate.issueDate,
      expiryDate: certificate.expiryDate,
      uploadId: certificate.uploadId,
      certificateKindId: certificate.certificateKindId,
      lines: certificate.lines && certificate.lines.map((line) => CertificateLineResponse.from(line)),
      issuingState: certificate.issuingState,
      courseDate: certificate.courseDate,
      renewsId: certificate.renewsId,
      endorsesId: certificate.endorsesId,
      extendedUntil: certificate.extendedUntil,
      extendedBy: certificate.extendedBy,
      suspension: certificate.suspension,
      fileStatus: certificate.upload?.status ?? null,
      uploadedByUserId: certificate.uploadedByUserUuid,
      notes: certificate.notes,
      status: statusOn(today, certificate.expiryDate, expiringSoonDays),
      verification: VerificationResponse.from(certificate.verification, context),
      duplicateOf: duplicateOf(certificate.verification, reader),
      createdAt: certificate.createdAt.toISOString(),
      updatedAt: certificate.updatedAt.toISOString(),
    };
  }

  static etag(certificate: Certificate): string {
    return certificate.verification.etag;
  }
}
