import { useQuery } from '@tanstack/react-query';
import { answer, answerWithTag, api, type Schemas } from '../api/client';

export type Certificate = Schemas['CertificateResponse'];
export type Diploma = Schemas['ReviewedDiplomaResponse'];
export type Submission = Schemas['SubmissionResponse'];
export type UploadInfo = Schemas['UploadResponse'];
export type Kind = 'certificate' | 'diploma';

/** Whose papers. `userId` is the name that contract D knows the person by. */
export interface Owner {
  uuid: string;
  userId: number;
}

/** A certificate or a diploma, as far as a list of papers treats them alike. */
export type Paper = {
  id: string;
  uploadId: string | null;
  fileStatus: Certificate['fileStatus'];
  verification: Schemas['VerificationResponse'];
  duplicateOf: Schemas['DuplicateResponse'] | null;
  /** Certificate type or diploma title. */
  subject: string;
  createdAt: string;
  /** There is another one of the same kind that is in date. */
  isRenewed: boolean;
} & ({ kind: 'certificate'; source: Certificate } | { kind: 'diploma'; source: Diploma });

export type Attention = 'rejected' | 'file_refused' | 'file_missing' | 'expired' | 'no_scan' | 'expiring_soon' | null;
const URGENCY: readonly Attention[] = [
  'rejected',
  'file_refused',
  'file_missing',
  'expired',
  'no_scan',
  'expiring_soon',
  null,
];

export const papersKey = (userUuid: string) => ['papers', userUuid] as const;

/** Of single papers: not part of the list, so that a deleted one is not asked for again with it. */
export const fileKey = ({ id, uploadId }: Paper) => ['paper', id, 'file', uploadId] as const;

/** What has to be done about a paper by whoever keeps it; most urgent first. */
export function attentionOf(paper: Paper): Attention {
  const { status } = paper.verification;
  if (status === 'rejected') return 'rejected';
  if (paper.fileStatus === 'failed' || paper.fileStatus === 'infected') return 'file_refused';
  if (status === 'not_submitted') return 'file_missing';
  if (paper.kind === 'certificate' && paper.source.status === 'expired' && !paper.isRenewed) return 'expired';
  if (paper.uploadId === null && status !== 'verified') return 'no_scan';
  if (paper.kind === 'certificate' && paper.source.status === 'expiring_soon') return 'expiring_soon';
  return null;
}

/** A person's papers, what needs doing first, then the newest. */
export function usePapers(owner: Owner) {
  const certificates = useQuery({
    queryKey: [...papersKey(owner.uuid), 'certificates'],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/crew/users/{user_id}/certificates', { params: { path: { user_id: owner.uuid } }, signal }),
      ),
    refetchInterval: ({ state }) => whileChecking(state.data),
  });
  const diplomas = useQuery({
    queryKey: [...papersKey(owner.uuid), 'diplomas'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/crew/users/{user_id}/diplomas', { params: { path: { user_id: owner.uuid } }, signal })),
    refetchInterval: ({ state }) => whileChecking(state.data),
  });
  const papers =
    certificates.data && diplomas.data
      ? [...withRenewals(certificates.data.map(ofCertificate)), ...diplomas.data.map(ofDiploma)].sort(byUrgency)
      : null;
  return {
    papers,
    problem: papers ? null : (certificates.error ?? diplomas.error),
    refetch: () => void Promise.all([certificates.refetch(), diplomas.refetch()]),
  };
}

/** Checks take a second or two: the list follows them while there are any. */
const CHECKING_MS = 2_000;
function whileChecking(rows: readonly { fileStatus: string | null }[] | undefined): number | false {
  return rows?.some(({ fileStatus }) => fileStatus === 'uploaded') ? CHECKING_MS : false;
}

/** What has run out needs nothing done when its successor is there; `other` may be anything. */
function withRenewals(certificates: Paper[]): Paper[] {
  const inDate = certificates.flatMap((paper) =>
    paper.kind === 'certificate' && paper.source.status !== 'expired' && paper.subject !== 'other' ? paper.subject : [],
  );
  return certificates.map((paper) => ({ ...paper, isRenewed: inDate.includes(paper.subject) }));
}

function byUrgency(one: Paper, other: Paper): number {
  const urgency = URGENCY.indexOf(attentionOf(one)) - URGENCY.indexOf(attentionOf(other));
  return urgency || other.createdAt.localeCompare(one.createdAt);
}

export function ofCertificate(source: Certificate): Paper {
  const { id, uploadId, fileStatus, verification, duplicateOf, certificateType: subject, createdAt } = source;
  return {
    kind: 'certificate',
    source,
    id,
    uploadId,
    fileStatus,
    verification,
    duplicateOf,
    subject,
    createdAt,
    isRenewed: false,
  };
}

export function ofDiploma(source: Diploma): Paper {
  const { id, uploadId, fileStatus, verification, duplicateOf, title, createdAt } = source;
  return {
    kind: 'diploma',
    source,
    id,
    uploadId,
    fileStatus,
    verification,
    duplicateOf,
    subject: title.name,
    createdAt,
    isRenewed: false,
  };
}

/** The paper as it is now, with its entity tag. @throws ApiProblem */
export async function readPaper(kind: Kind, id: string): Promise<{ paper: Paper; etag: string | undefined }> {
  if (kind === 'certificate') {
    const path = { certificate_id: id };
    const { data, etag } = await answerWithTag(
      api.GET('/api/v1/crew/certificates/{certificate_id}', { params: { path } }),
    );
    return { paper: ofCertificate(data), etag };
  }
  const { data, etag } = await answerWithTag(
    api.GET('/api/v1/crew/diplomas/{diploma_id}', { params: { path: { diploma_id: id } } }),
  );
  return { paper: ofDiploma(data), etag };
}

/** Everything that was sent in for a paper, newest first. @throws ApiProblem */
export function readSubmissions({ kind, id }: Pick<Paper, 'kind' | 'id'>, signal: AbortSignal): Promise<Submission[]> {
  return kind === 'certificate'
    ? answer(
        api.GET('/api/v1/crew/certificates/{certificate_id}/submissions', {
          params: { path: { certificate_id: id } },
          signal,
        }),
      )
    : answer(
        api.GET('/api/v1/crew/diplomas/{diploma_id}/submissions', { params: { path: { diploma_id: id } }, signal }),
      );
}

/** The file with links to it and its pictures; whoever asks is recorded as its reader. @throws ApiProblem */
export function readFile({ kind, id }: Pick<Paper, 'kind' | 'id'>, signal: AbortSignal): Promise<UploadInfo> {
  return kind === 'certificate'
    ? answer(
        api.GET('/api/v1/crew/certificates/{certificate_id}/file', {
          params: { path: { certificate_id: id } },
          signal,
        }),
      )
    : answer(api.GET('/api/v1/crew/diplomas/{diploma_id}/file', { params: { path: { diploma_id: id } }, signal }));
}

/** A fresh link to the original. @throws ApiProblem */
export async function downloadLink({ kind, id }: Pick<Paper, 'kind' | 'id'>): Promise<string> {
  const { url } = await (kind === 'certificate'
    ? answer(
        api.GET('/api/v1/crew/certificates/{certificate_id}/download', { params: { path: { certificate_id: id } } }),
      )
    : answer(api.GET('/api/v1/crew/diplomas/{diploma_id}/download', { params: { path: { diploma_id: id } } })));
  return url;
}

/** If it is still the one that was read with this tag. @throws ApiProblem */
export async function deletePaper(owner: Owner, paper: Paper, etag: string | undefined): Promise<void> {
  const header = etag ? { 'If-Match': etag } : {};
  if (paper.kind === 'certificate') {
    const path = { certificate_id: paper.id };
    await answer(api.DELETE('/api/v1/crew/certificates/{certificate_id}', { params: { path, header } }));
  } else {
    const path = { userId: owner.userId, diplomaId: paper.source.diplomaId };
    await answer(
      api.DELETE('/users-organizations/v1/rs/users/{userId}/diplomas/{diplomaId}', { params: { path, header } }),
    );
  }
}
