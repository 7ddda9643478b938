import type { CertificateType } from '../ui/labels';
import { dayIn } from './days';
import type { Kind, Paper } from './papers';

/** What the form of a paper holds, all of it text; empty is "none". The fields of the other kind stay empty. */
export interface PaperValues {
  certificateType: CertificateType | '';
  certificateNumber: string;
  issuingAuthority: string;
  issueDate: string;
  expiryDate: string;
  notes: string;
  titleId: string;
  /** The day a diploma was obtained. */
  obtained: string;
  uploadId: string;
}

export type FieldName = keyof PaperValues;

export const NO_VALUES: PaperValues = {
  certificateType: '',
  certificateNumber: '',
  issuingAuthority: '',
  issueDate: '',
  expiryDate: '',
  notes: '',
  titleId: '',
  obtained: '',
  uploadId: '',
};

export const FIELDS: Readonly<Record<Kind, readonly FieldName[]>> = {
  certificate: [
    'certificateType',
    'certificateNumber',
    'issuingAuthority',
    'issueDate',
    'expiryDate',
    'notes',
    'uploadId',
  ],
  diploma: ['titleId', 'obtained', 'uploadId'],
};

/** The API's limits (openapi.json). */
export const MAX_LENGTHS = { certificateNumber: 100, issuingAuthority: 200, notes: 2000 } as const;

export function valuesOf(paper: Paper, timeZone: string | undefined): PaperValues {
  const uploadId = paper.uploadId ?? '';
  if (paper.kind === 'diploma') {
    const { title, obtainedAt } = paper.source;
    const obtained = obtainedAt ? dayIn(timeZone, obtainedAt) : '';
    return { ...NO_VALUES, titleId: String(title.id), obtained, uploadId };
  }
  const { certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate, notes } = paper.source;
  return {
    ...NO_VALUES,
    certificateType,
    certificateNumber: certificateNumber ?? '',
    issuingAuthority: issuingAuthority ?? '',
    issueDate: issueDate ?? '',
    expiryDate: expiryDate ?? '',
    notes: notes ?? '',
    uploadId,
  };
}

export type Wrong = 'isRequired' | 'tooLong' | 'expiryBeforeIssue' | 'inFuture';

/** What the API would say no to, by field, before it is asked. */
export function wrongFields(kind: Kind, values: PaperValues, today: string): Partial<Record<FieldName, Wrong>> {
  const wrong: Partial<Record<FieldName, Wrong>> = {};
  if (kind === 'diploma') {
    if (!values.titleId) wrong.titleId = 'isRequired';
    if (values.obtained > today) wrong.obtained = 'inFuture';
    return wrong;
  }
  if (!values.certificateType) wrong.certificateType = 'isRequired';
  for (const [field, max] of Object.entries(MAX_LENGTHS)) {
    if (values[field as keyof typeof MAX_LENGTHS].length > max) wrong[field as FieldName] = 'tooLong';
  }
  if (values.issueDate && values.expiryDate && values.expiryDate < values.issueDate) {
    wrong.expiryDate = 'expiryBeforeIssue';
  }
  return wrong;
}

/** The fields that are other than in `base`. */
export function changedFields(kind: Kind, base: PaperValues, values: PaperValues): FieldName[] {
  return FIELDS[kind].filter((field) => values[field] !== base[field]);
}

export interface Merged {
  /** Mine where only I have changed something, theirs everywhere else. */
  values: PaperValues;
  /** Changed by both, and to something different: somebody has to choose. */
  conflicts: FieldName[];
  /** Changed by them. */
  theirs: FieldName[];
}

/** Two people have changed what both had read as `base`. */
export function merge(kind: Kind, base: PaperValues, mine: PaperValues, theirs: PaperValues): Merged {
  const changedByThem = changedFields(kind, base, theirs);
  const changedByMe = changedFields(kind, base, mine);
  const conflicts = changedByThem.filter((field) => changedByMe.includes(field) && mine[field] !== theirs[field]);
  const kept = Object.fromEntries(changedByMe.map((field) => [field, mine[field]])) as Partial<PaperValues>;
  return { values: { ...theirs, ...kept }, conflicts, theirs: changedByThem };
}
