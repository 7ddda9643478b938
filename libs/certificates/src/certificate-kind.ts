import { defineRecordedKind } from '#libs/credentials';
import { CERTIFICATE_TYPES } from '#libs/kinds';
import { Certificate } from './certificate.entity';
import { certificateHasNoFile, certificateNotFound } from './certificates.errors';
import { replacedSql } from './replaced';

const SHOWN = [
  ...['certificate_type', 'certificate_number', 'issuing_authority', 'issue_date', 'expiry_date', 'notes'],
  ...['certificate_kind_id', 'lines', 'issuing_state', 'course_date', 'renews_id', 'endorses_id'],
  ...['extended_until', 'extended_by', 'suspension'],
];

/** Professional certificates of contract C. */
export const CERTIFICATE = defineRecordedKind<Certificate>({
  name: 'certificate',
  plural: 'certificates',
  noun: 'a certificate',
  exampleId: '0193a1f2-0c44-7f6a-8a34-6d1f0e9b4c21',
  tag: 'Certificates',
  errors: { notFound: certificateNotFound, hasNoFile: certificateHasNoFile },
  keyColumn: 'id',
  columns: {
    listed: SHOWN,
    searched: ['certificate_type', 'certificate_number', 'issuing_authority'],
    exported: SHOWN,
    erased: ['certificate_number', 'issuing_authority', 'notes', 'lines', 'issuing_state', 'extended_by', 'suspension'],
  },
  impersonal: [
    ...['certificateType', 'issueDate', 'expiryDate', 'certificateKindId', 'courseDate', 'renewsId', 'endorsesId'],
    'extendedUntil',
  ],
  alsoRead: ['certificate-kind:read'],
  entity: Certificate,
  typeField: 'certificateType',
  typeColumn: 'certificate_type',
  types: CERTIFICATE_TYPES,
  reviewedFields: [
    ...(['certificateNumber', 'issuingAuthority', 'issueDate', 'expiryDate', 'uploadId'] as const),
    ...(['certificateKindId', 'lines', 'issuingState', 'courseDate', 'renewsId', 'endorsesId'] as const),
    ...(['extendedUntil', 'extendedBy'] as const),
  ],
  otherFields: ['notes', 'suspension'],
  replacedSql,
  paper: {
    reviewed: {
      word: 'certificateType',
      kindId: 'certificateKindId',
      lines: 'lines',
      number: 'certificateNumber',
      authority: 'issuingAuthority',
      issuingState: 'issuingState',
      issueDate: 'issueDate',
      expiryDate: 'expiryDate',
      courseDate: 'courseDate',
      extendedUntil: 'extendedUntil',
      endorsesId: 'endorsesId',
      renewsId: 'renewsId',
    },
    unreviewed: { suspension: 'suspension' },
  },
});
