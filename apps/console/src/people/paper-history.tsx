import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useCan, useSession } from '../session/session-context';
import { StatusBadge } from '../ui/badges';
import { useLabels } from '../ui/labels';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { messages } from './messages';
import { EarlierFile } from './paper-file';
import { type Paper, readSubmissions, type Submission } from './papers';
import { changesIn, type SnapshotChange } from '../ui/snapshots';
import styles from './papers.module.css';
import { useFieldWords } from './words';

/** Everything that was sent in and decided, newest first, each with what had changed since the one before. */
export function PaperHistory({ paper }: { paper: Paper }) {
  const t = useText(messages);
  const [shown, setShown] = useState<string | null>(null);
  const { status, reviewedAt } = paper.verification;
  const query = useQuery({
    // A decision or another submission makes another history.
    queryKey: ['paper', paper.id, 'history', paper.updatedAt, status, reviewedAt],
    queryFn: ({ signal }) => readSubmissions(paper, signal),
  });
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton rows={3} />;
  if (query.data.length === 0) return <p className={styles.muted}>{t('noHistory')}</p>;
  return (
    <>
      <ol className={styles.history}>
        {query.data.map((submission, index) => (
          <Entry
            key={submission.number}
            submission={submission}
            before={query.data[index + 1]}
            isLatest={index === 0}
            onShowFile={setShown}
          />
        ))}
      </ol>
      <EarlierFile uploadId={shown} onClose={() => setShown(null)} />
    </>
  );
}

interface EntryProps {
  submission: Submission;
  before: Submission | undefined;
  isLatest: boolean;
  onShowFile: (uploadId: string) => void;
}

function Entry({ submission, before, isLatest, onShowFile }: EntryProps) {
  const t = useText(messages);
  const dates = useDates();
  const words = useFieldWords();
  const { userId } = useSession();
  const canShow = useCan('upload:read');
  const { number, submittedAt, submittedBy, submittedByUserId, reopening, confirmation, decision, uploadId } =
    submission;
  const nameOf = (person: Submission['submittedBy'], id: string) =>
    id === userId ? t('you') : person && `${person.firstName} ${person.lastName}`;
  const sender = nameOf(submittedBy, submittedByUserId);
  const decider = decision && nameOf(decision.decidedBy, decision.decidedByUserId);
  const when = dates.dateTime(submittedAt);
  const changes = before ? changesBetween(before, submission) : [];
  return (
    <li>
      {decision ? (
        <>
          <StatusBadge status={decision.outcome} />
          <p className={styles.muted}>
            {decider
              ? t(decision.outcome === 'verified' ? 'verifiedBy' : 'rejectedBy', {
                  name: decider,
                  when: dates.dateTime(decision.decidedAt),
                })
              : t(decision.outcome === 'verified' ? 'verifiedAt' : 'rejectedAt', {
                  when: dates.dateTime(decision.decidedAt),
                })}
          </p>
          {decision.reason && <p className={styles.quote}>{decision.reason}</p>}
          <CheckLine check={decision} />
        </>
      ) : (
        <p>{t(isLatest ? 'waiting' : 'superseded')}</p>
      )}
      {confirmation && (
        <>
          <p className={styles.muted}>
            {t('confirmedBy', {
              name: nameOf(confirmation.confirmedBy, confirmation.confirmedByUserId) ?? t('theOffice'),
              when: dates.dateTime(confirmation.confirmedAt),
            })}
          </p>
          <CheckLine check={confirmation} />
        </>
      )}
      {reopening && (
        <>
          <p className={styles.muted}>
            {t('reopenedBy', {
              name: nameOf(reopening.reopenedBy, reopening.reopenedByUserId) ?? t('theOffice'),
              when: dates.dateTime(reopening.reopenedAt),
            })}
          </p>
          <p className={styles.quote}>{reopening.reason}</p>
        </>
      )}
      <p>
        <strong>{t('sentIn', { count: number })}</strong>
      </p>
      {!reopening && (
        <p className={styles.muted}>{sender ? t('sentInBy', { name: sender, when }) : t('sentInAt', { when })}</p>
      )}
      {changes.length > 0 && (
        <ul className={styles.changes}>
          {changes.map(({ field, from, to }) => (
            <li key={field}>
              {words.name(field)}: <del>{words.value(field, from)}</del> → <ins>{words.value(field, to)}</ins>
            </li>
          ))}
        </ul>
      )}
      {uploadId && canShow && (
        <button type="button" className={styles.link} onClick={() => onShowFile(uploadId)}>
          {t('openFile')}
          <span className={styles.hidden}> ({t('sentIn', { count: number })})</span>
        </button>
      )}
    </li>
  );
}

/** How it was checked, or that nobody has said. */
function CheckLine({
  check,
}: {
  check: Pick<NonNullable<Submission['decision']>, 'method' | 'reference' | 'checkedAt'>;
}) {
  const t = useText(messages);
  const dates = useDates();
  const { methodLabel } = useLabels();
  const { method, reference, checkedAt } = check;
  const facts = [
    method ? t('checkedBy', { method: methodLabel(method) }) : t('methodNotStated'),
    checkedAt && t('checkedAt', { when: dates.date(checkedAt) }),
    reference && t('checkReference', { reference }),
  ];
  return <p className={styles.muted}>{facts.filter(Boolean).join(' · ')}</p>;
}

function changesBetween(before: Submission, after: Submission): SnapshotChange[] {
  const changes = changesIn(before.snapshot, after.snapshot);
  // All but a diploma's snapshot know their file by id only.
  const isOtherFile =
    before.fileSha256 !== after.fileSha256 && !changes.some(({ field }) => field === 'attachmentName');
  if (!isOtherFile) return changes;
  const mark = (sha256: string | null) => sha256 && `${sha256.slice(0, 8)} …`;
  return [...changes, { field: 'uploadId', from: mark(before.fileSha256), to: mark(after.fileSha256) }];
}
