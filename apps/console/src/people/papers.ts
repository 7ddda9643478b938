import { useQueries } from '@tanstack/react-query';
import { answer, answerWithTag, api, type Schemas } from '../api/client';
import { type Kind, KIND_NAMES, kindOf, KINDS, type Source } from './kinds';
import type { Owner } from './owner';
import { pathOf } from './save-paper';

export type Submission = Schemas['SubmissionResponse'];
export type UploadInfo = Schemas['UploadResponse'];

/** A paper of any kind, as far as a list of them treats them alike. */
export interface Paper {
  kind: Kind;
  source: Source;
  id: string;
  uploadId: string | null;
  fileStatus: Source['fileStatus'];
  verification: Source['verification'];
  duplicateOf: Source['duplicateOf'];
  /** Its type or title. */
  subject: string;
  number: string | null;
  /** Null of a kind that does not run out. */
  validity: 'valid' | 'expiring_soon' | 'expired' | null;
  createdAt: string;
  updatedAt: string;
  /** Another one that is verified has taken its place. */
  isRenewed: boolean;
}

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
export function attentionOf({ verification, fileStatus, validity, isRenewed, uploadId }: Paper): Attention {
  const { status } = verification;
  if (status === 'rejected') return 'rejected';
  if (fileStatus === 'failed' || fileStatus === 'infected') return 'file_refused';
  if (status === 'not_submitted') return 'file_missing';
  if (validity === 'expired' && !isRenewed) return 'expired';
  // What has been replaced is history, whatever it lacks.
  if (isRenewed) return null;
  if (uploadId === null && status !== 'verified') return 'no_scan';
  if (validity === 'expiring_soon') return 'expiring_soon';
  return null;
}

/** A person's papers, what needs doing first, then the newest. */
export function usePapers(owner: Owner) {
  const lists = useQueries({
    queries: KIND_NAMES.map((kind) => ({
      queryKey: [...papersKey(owner.uuid), kind],
      queryFn: ({ signal }: { signal: AbortSignal }) => listPapers(kind, owner, signal),
      refetchInterval: ({ state }: { state: { data: Paper[] | undefined } }) => whileChecking(state.data),
    })),
  });
  const known = lists.flatMap(({ data }) => (data ? [data] : []));
  const papers = known.length === lists.length ? known.flatMap(withRenewals).sort(byUrgency) : null;
  return {
    papers,
    problem: papers ? null : (lists.find(({ error }) => error)?.error ?? null),
    refetch: () => void Promise.all(lists.map((list) => list.refetch())),
  };
}

async function listPapers(kind: Kind, owner: Owner, signal: AbortSignal): Promise<Paper[]> {
  const params = { path: { user_id: owner.uuid } };
  const [sources, replaced] = await Promise.all([
    answer(api.GET(KINDS[kind].paths.list, { params, signal })),
    kind === 'certificate' ? listReplaced(owner, signal) : Promise.resolve<string[]>([]),
  ]);
  return sources.map((source) => ({ ...paperOf(kind, source), isRenewed: replaced.includes(source.id) }));
}

/** The ids of certificates that others have replaced. */
async function listReplaced(owner: Owner, signal: AbortSignal): Promise<string[]> {
  const params = { path: { user_id: owner.uuid }, query: { current: false } };
  return (await answer(api.GET(KINDS.certificate.paths.list, { params, signal }))).map(({ id }) => id);
}

/** Checks take a second or two: the list follows them while there are any. */
const CHECKING_MS = 2_000;
function whileChecking(rows: readonly { fileStatus: string | null }[] | undefined): number | false {
  return rows?.some(({ fileStatus }) => fileStatus === 'uploaded') ? CHECKING_MS : false;
}

/** What has run out needs nothing done when its successor is there. Papers of one kind. */
function withRenewals(papers: readonly Paper[]): Paper[] {
  const successionOf = ({ kind, source }: Paper) => kindOf(kind).successionOf(source);
  const inDate = papers
    .filter(({ validity, verification }) => validity !== 'expired' && verification.status === 'verified')
    .map(successionOf);
  return papers.map((paper) => {
    const succession = successionOf(paper);
    const hasSuccessor = paper.validity === 'expired' && succession !== null && inDate.includes(succession);
    return { ...paper, isRenewed: paper.isRenewed || hasSuccessor };
  });
}

function byUrgency(one: Paper, other: Paper): number {
  const urgency = URGENCY.indexOf(attentionOf(one)) - URGENCY.indexOf(attentionOf(other));
  return urgency || other.createdAt.localeCompare(one.createdAt);
}

function paperOf(kind: Kind, source: Source): Paper {
  const { id, uploadId, fileStatus, verification, duplicateOf, createdAt, updatedAt } = source;
  return {
    kind,
    source,
    id,
    uploadId,
    fileStatus,
    verification,
    duplicateOf,
    subject: kindOf(kind).subjectOf(source),
    number: kindOf(kind).numberOf(source),
    validity: 'status' in source ? source.status : null,
    createdAt,
    updatedAt,
    isRenewed: false,
  };
}

type Named = Pick<Paper, 'kind' | 'id'>;

/** The paper as it is now, with its entity tag. @throws ApiProblem */
export async function readPaper({ kind, id }: Named): Promise<{ paper: Paper; etag: string | undefined }> {
  const { data, etag } = await answerWithTag(api.GET(KINDS[kind].paths.one, { params: { path: pathOf(id) } }));
  return { paper: paperOf(kind, data), etag };
}

/** Everything that was sent in for a paper, newest first. @throws ApiProblem */
export function readSubmissions({ kind, id }: Named, signal: AbortSignal): Promise<Submission[]> {
  return answer(api.GET(KINDS[kind].paths.submissions, { params: { path: pathOf(id) }, signal }));
}

/** The file with links to it and its pictures; whoever asks is recorded as its reader. @throws ApiProblem */
export function readFile({ kind, id }: Named, signal: AbortSignal): Promise<UploadInfo> {
  return answer(api.GET(KINDS[kind].paths.file, { params: { path: pathOf(id) }, signal }));
}

/** A fresh link to the original. @throws ApiProblem */
export async function downloadLink({ kind, id }: Named): Promise<string> {
  return (await answer(api.GET(KINDS[kind].paths.download, { params: { path: pathOf(id) } }))).url;
}
