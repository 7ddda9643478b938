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
import { IDENTITY_DOCUMENT_TYPES, type IdentityDocumentType } from './identity-document.entity';

const READ_ONLY = ['id', 'status', 'verification', 'uploadedByUserId', 'createdAt', 'updatedAt'];

/** What may be changed later too. */
abstract class IdentityDocumentFields {
  @TextField({ minLength: 1, maxLength: 100, optional: true, nullable: true, example: 'P0123456A' })
  documentNumber?: string | null;

  @TextField({
    minLength: 1,
    maxLength: 3,
    optional: true,
    nullable: true,
    description: 'A code of ISO 3166-1 (two or three letters) or of ICAO Doc 9303; answered as three letters',
    example: 'PHL',
  })
  issuingState?: string | null;

  @DateField({ optional: true, nullable: true, example: '2023-06-14' })
  issueDate?: CalendarDate | null;

  @DateField({ optional: true, nullable: true, description: 'Not before issueDate', example: '2033-06-13' })
  expiryDate?: CalendarDate | null;

  @UuidField({ optional: true, nullable: true, description: 'A finalized upload', example: null })
  uploadId?: string | null;

  @TextField({
    maxLength: 2000,
    form: 'prose',
    optional: true,
    nullable: true,
    example: 'Renewal applied for in Manila',
  })
  notes?: string | null;
}

@ForbiddenFields(...READ_ONLY)
export class CreateIdentityDocumentDto extends IdentityDocumentFields {
  @EnumField(IDENTITY_DOCUMENT_TYPES, { example: 'passport' })
  documentType: IdentityDocumentType;
}

/** Partial: a missing field stays, null clears it. The type cannot be changed. */
@ForbiddenFields('documentType', ...READ_ONLY)
export class UpdateIdentityDocumentDto extends IdentityDocumentFields {}

class OfType {
  @EnumField(IDENTITY_DOCUMENT_TYPES, { optional: true, description: 'Only this type' })
  document_type?: IdentityDocumentType;
}

export class IdentityDocumentsQuery extends credentialsQuery(OfType) {}

class PageOfType extends PageQuery {
  @EnumField(IDENTITY_DOCUMENT_TYPES, { optional: true, description: 'Only this type' })
  document_type?: IdentityDocumentType;
}

/** All of the organisation, the first to expire first. */
export class IdentityDocumentRegisterQuery extends registerQuery(PageOfType) {}
