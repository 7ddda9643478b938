import type { Schemas } from '../api/client';
import { useSession } from '../session/session-context';
import { CERTIFICATE_TYPES, IDENTITY_DOCUMENT_TYPES } from '../ui/labels';
import type { FieldName, Text } from './fields';
import { NO_VALUES, type PaperValues } from './paper-values';
import { diplomas, recorded, type Writing } from './save-paper';

export type Certificate = Schemas['CertificateResponse'];
export type Diploma = Schemas['ReviewedDiplomaResponse'];
export type IdentityDocument = Schemas['IdentityDocumentResponse'];
export type Source = Certificate | Diploma | IdentityDocument;
export type Kind = Schemas['QueueEntryResponse']['targetType'];

/** Everything that is particular to papers of a kind. */
export interface KindOf<S = Source> extends Writing<S> {
  /** Where they are read. */
  paths: Readonly<Record<'list' | 'one' | 'file' | 'download' | 'submissions', string>>;
  /** What their permissions are called: `<permissions>:create` and so on. */
  permissions: string;
  /** Its type or title. */
  subject: 'certificateType' | 'titleId' | 'documentType';
  /** What can be chosen as its type. */
  types: readonly string[];
  /** As the form shows them, line by line. */
  rows: readonly (readonly FieldName[])[];
  /** Said of a paper in one line. */
  line: readonly FieldName[];
  texts: Readonly<Record<'add' | 'new' | 'reviewedAgain', Text>>;
  subjectOf(source: S): string;
  numberOf(source: S): string | null;
  /** What it has in common with its successor; null when nothing can take its place. */
  successionOf(source: S): string | null;
  /** Of its fields, what is stored. */
  valuesOf(source: S): { readonly [F in FieldName]?: string | null };
}

const CERTIFICATES = {
  list: '/api/v1/crew/users/{user_id}/certificates',
  one: '/api/v1/crew/certificates/{certificate_id}',
  file: '/api/v1/crew/certificates/{certificate_id}/file',
  download: '/api/v1/crew/certificates/{certificate_id}/download',
  submissions: '/api/v1/crew/certificates/{certificate_id}/submissions',
} as const;

const CERTIFICATE_ROWS: readonly FieldName[][] = [
  ['certificateType', 'certificateKindId'],
  ['certificateNumber', 'issuingAuthority'],
  ['issueDate', 'expiryDate'],
  ['issuingState', 'renewsId'],
  ['uploadId'],
  ['notes'],
];

const IDENTITY_DOCUMENTS = {
  list: '/api/v1/crew/users/{user_id}/identity-documents',
  one: '/api/v1/crew/identity-documents/{identity_document_id}',
  file: '/api/v1/crew/identity-documents/{identity_document_id}/file',
  download: '/api/v1/crew/identity-documents/{identity_document_id}/download',
  submissions: '/api/v1/crew/identity-documents/{identity_document_id}/submissions',
} as const;

const IDENTITY_DOCUMENT_ROWS: readonly FieldName[][] = [
  ['documentType'],
  ['documentNumber', 'issuingState'],
  ['issueDate', 'expiryDate'],
  ['uploadId'],
  ['notes'],
];

/** A next kind is an entry here, with its texts. */
export const KINDS = {
  certificate: {
    paths: CERTIFICATES,
    permissions: 'certificate',
    subject: 'certificateType',
    types: CERTIFICATE_TYPES,
    rows: CERTIFICATE_ROWS,
    line: ['certificateNumber', 'issuingAuthority', 'expiryDate'],
    texts: { add: 'addCertificate', new: 'newCertificate', reviewedAgain: 'reviewedAgain' },
    subjectOf: ({ certificateType }: Certificate) => certificateType,
    numberOf: ({ certificateNumber }: Certificate) => certificateNumber,
    // The API says which have been replaced.
    successionOf: () => null,
    valuesOf: (certificate: Certificate) => certificate,
    ...recorded(CERTIFICATES, CERTIFICATE_ROWS.flat()),
  },
  diploma: {
    paths: {
      list: '/api/v1/crew/users/{user_id}/diplomas',
      one: '/api/v1/crew/diplomas/{diploma_id}',
      file: '/api/v1/crew/diplomas/{diploma_id}/file',
      download: '/api/v1/crew/diplomas/{diploma_id}/download',
      submissions: '/api/v1/crew/diplomas/{diploma_id}/submissions',
    },
    permissions: 'diploma',
    subject: 'titleId',
    types: [],
    rows: [['titleId', 'obtained'], ['uploadId']],
    line: ['obtained'],
    texts: { add: 'addDiploma', new: 'newDiploma', reviewedAgain: 'reviewedAgainDiploma' },
    subjectOf: ({ title }: Diploma) => title.name,
    numberOf: () => null,
    successionOf: () => null,
    valuesOf: ({ title, obtainedOn, uploadId }: Diploma) => ({
      titleId: String(title.id),
      obtained: obtainedOn,
      uploadId,
    }),
    ...diplomas,
  },
  identity_document: {
    paths: IDENTITY_DOCUMENTS,
    permissions: 'identity-document',
    subject: 'documentType',
    types: IDENTITY_DOCUMENT_TYPES,
    rows: IDENTITY_DOCUMENT_ROWS,
    line: ['documentNumber', 'issuingState', 'expiryDate'],
    texts: {
      add: 'addIdentityDocument',
      new: 'newIdentityDocument',
      reviewedAgain: 'reviewedAgainIdentityDocument',
    },
    subjectOf: ({ documentType }: IdentityDocument) => documentType,
    numberOf: ({ documentNumber }: IdentityDocument) => documentNumber,
    // One may hold passports and visas of several states: one without a state takes nobody's place.
    successionOf: ({ documentType, issuingState }: IdentityDocument) =>
      issuingState === null ? null : `${documentType} ${issuingState}`,
    valuesOf: (document: IdentityDocument) => document,
    ...recorded(IDENTITY_DOCUMENTS, IDENTITY_DOCUMENT_ROWS.flat()),
  },
} as const satisfies { [K in Kind]: KindOf<never> };

export const KIND_NAMES = Object.keys(KINDS) as Kind[];

export const kindOf = (kind: Kind): KindOf => KINDS[kind];

export const isKind = (name: string | null): name is Kind => name !== null && Object.hasOwn(KINDS, name);

/** The names of all fields of a kind. */
export const fieldsOf = (kind: Kind): readonly FieldName[] => kindOf(kind).rows.flat();

/** What the form of a paper starts with. */
export function valuesOf({ kind, source }: { kind: Kind; source: Source }): PaperValues {
  const stored = kindOf(kind).valuesOf(source);
  const values = Object.fromEntries(fieldsOf(kind).map((field) => [field, stored[field] ?? '']));
  return { ...NO_VALUES, ...values };
}

/** Whether the session may do this to papers of a kind. */
export function useMay(): (action: 'create' | 'update' | 'delete', kind: Kind) => boolean {
  const { permissions } = useSession();
  return (action, kind) => permissions.has(`${KINDS[kind].permissions}:${action}`);
}
