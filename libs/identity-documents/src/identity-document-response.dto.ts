import {
  DateField,
  EnumField,
  InstantField,
  ObjectField,
  type ResponseContext,
  TextField,
  UuidField,
} from '#libs/common';
import { CERTIFICATE_STATUSES, type RegisteredCredential, statusOn } from '#libs/credentials';
import { UPLOAD_STATUSES } from '#libs/uploads';
import {
  AnyDuplicateResponse,
  AnyVerificationResponse,
  duplicateOf,
  QueuePersonResponse,
  VerificationResponse,
} from '#libs/verification';
import { IDENTITY_DOCUMENT_TYPES, type IdentityDocument } from './identity-document.entity';

export class IdentityDocumentResponse {
  @UuidField({ example: '0193a1f2-4c11-7e0b-9d27-5b3f8e6a1c90' })
  id: string;

  @EnumField(IDENTITY_DOCUMENT_TYPES, { example: 'passport' })
  documentType: string;

  @TextField({ maxLength: 100, nullable: true, example: 'P0123456A' })
  documentNumber: string | null;

  @TextField({
    maxLength: 3,
    nullable: true,
    description: 'As in the document itself (ICAO Doc 9303): three letters, Kosovo RKS',
    example: 'PHL',
  })
  issuingState: string | null;

  @DateField({ nullable: true, example: '2023-06-14' })
  issueDate: string | null;

  @DateField({ nullable: true, example: '2033-06-13' })
  expiryDate: string | null;

  @UuidField({ nullable: true, example: '01938e7b-0d2c-7b52-9a0e-6d1f0f8c1b33' })
  uploadId: string | null;

  @EnumField(UPLOAD_STATUSES, {
    nullable: true,
    description: 'How far the file is: only with `ready` can the document be verified; null without one',
    example: 'ready',
  })
  fileStatus: string | null;

  @UuidField({ example: '01938e7a-5c5e-7d4f-9a51-0c5f3f9f5b11' })
  uploadedByUserId: string;

  @TextField({ maxLength: 2000, nullable: true, example: 'Renewal applied for in Manila' })
  notes: string | null;

  @EnumField(CERTIFICATE_STATUSES, { description: "In date today, in the organisation's time zone?", example: 'valid' })
  status: string;

  @ObjectField(() => AnyVerificationResponse)
  verification: AnyVerificationResponse;

  @ObjectField(() => AnyDuplicateResponse, {
    nullable: true,
    description: 'The identity document that had the same file when this one was sent in; null when there was none',
  })
  duplicateOf: AnyDuplicateResponse | null;

  @InstantField()
  createdAt: string;

  @InstantField()
  updatedAt: string;

  static from(document: IdentityDocument, context: ResponseContext): IdentityDocumentResponse {
    const { today, expiringSoonDays, reader } = context;
    return {
      id: document.id,
      documentType: document.documentType,
      documentNumber: document.documentNumber,
      issuingState: document.issuingState,
      issueDate: document.issueDate,
      expiryDate: document.expiryDate,
      uploadId: document.uploadId,
      fileStatus: document.upload?.status ?? null,
      uploadedByUserId: document.uploadedByUserUuid,
      notes: document.notes,
      status: statusOn(today, document.expiryDate, expiringSoonDays),
      verification: VerificationResponse.from(document.verification, context),
      duplicateOf: duplicateOf(document.verification, reader),
      createdAt: document.createdAt.toISOString(),
      updatedAt: document.updatedAt.toISOString(),
    };
  }

  static etag(document: IdentityDocument): string {
    return document.verification.etag;
  }
}

/** A document in a list across people. */
export class RegisteredIdentityDocumentResponse {
  @ObjectField(() => IdentityDocumentResponse)
  identityDocument: IdentityDocumentResponse;

  @ObjectField(() => QueuePersonResponse)
  person: QueuePersonResponse;

  static from(
    { credential, person }: RegisteredCredential<IdentityDocument>,
    context: ResponseContext,
  ): RegisteredIdentityDocumentResponse {
    return { identityDocument: IdentityDocumentResponse.from(credential, context), person };
  }
}
