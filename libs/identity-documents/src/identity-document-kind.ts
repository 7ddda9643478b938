import { defineRecordedKind } from '#libs/credentials';
import { IDENTITY_DOCUMENT_TYPES, IdentityDocument } from './identity-document.entity';
import { identityDocumentHasNoFile, identityDocumentNotFound } from './identity-documents.errors';

const SHOWN = ['document_type', 'document_number', 'issuing_state', 'issue_date', 'expiry_date', 'notes'];

/** Passports, seaman's books and visas. */
export const IDENTITY_DOCUMENT = defineRecordedKind<IdentityDocument>({
  name: 'identity_document',
  plural: 'identity_documents',
  noun: 'an identity document',
  exampleId: '0193a1f2-4c11-7e0b-9d27-5b3f8e6a1c90',
  tag: 'Identity documents',
  tagText: "Passports, seaman's books and visas, in the manner of contract C.",
  errors: { notFound: identityDocumentNotFound, hasNoFile: identityDocumentHasNoFile },
  keyColumn: 'id',
  columns: {
    listed: SHOWN,
    searched: ['document_type', 'document_number', 'issuing_state'],
    exported: SHOWN,
    erased: ['document_number', 'issuing_state', 'issue_date', 'expiry_date', 'notes'],
  },
  // Who issued it says of what nation somebody is.
  impersonal: ['documentType', 'issueDate', 'expiryDate'],
  entity: IdentityDocument,
  typeField: 'documentType',
  typeColumn: 'document_type',
  types: IDENTITY_DOCUMENT_TYPES,
  reviewedFields: ['documentNumber', 'issuingState', 'issueDate', 'expiryDate', 'uploadId'],
  otherFields: ['notes'],
  paper: {
    reviewed: {
      word: 'documentType',
      number: 'documentNumber',
      issuingState: 'issuingState',
      issueDate: 'issueDate',
      expiryDate: 'expiryDate',
    },
  },
});
