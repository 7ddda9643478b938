import { memo, useEffect, useRef } from 'react';
import { Ago } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { Icon } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { messages as uiMessages } from '../ui/messages';
import { nameOf, type QueueEntry } from './desk-entry';
import { messages } from './messages';
import styles from './review.module.css';
import type { Queue } from './use-queue';

interface Props {
  queue: Queue;
  selected: string | null;
  onSelect: (verificationId: string) => void;
  /** Whose claims need not be told. */
  me: string;
  /** Papers that came back from the server. */
  cameBack: ReadonlySet<string>;
  /** This person has decided on something here. */
  hasDecided: boolean;
}

/** What waits, oldest first. */
export function QueueList({ queue, selected, onSelect, me, cameBack, hasDecided }: Props) {
  const t = useText(messages);
  const common = useText(uiMessages);
  const { pages, entries, filters } = queue;
  const { error, isPending, hasNextPage, isFetchingNextPage } = pages;
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(selected);
  useEffect(() => {
    const isFirst = before.current === null;
    if (before.current === selected) return;
    before.current = selected;
    const row = list.current?.querySelector<HTMLElement>('[aria-current=true]');
    row?.scrollIntoView({ block: 'nearest' });
    if (isFirst) return;
    // The focus goes along when it was on another row, or has gone with what it was on.
    const { activeElement } = document;
    if (activeElement === document.body || list.current?.contains(activeElement)) row?.focus({ preventScroll: true });
  }, [selected]);
  if (error && !pages.data) return <ProblemView problem={error} onRetry={() => void pages.refetch()} />;
  if (isPending) return <Skeleton />;
  return (
    <div ref={list} className={styles.list}>
      {entries.length === 0 && !hasNextPage && (
        <Empty text={filters.isFiltered ? common('emptyFiltered') : hasDecided ? t('doneHere') : t('empty')}>
          {filters.isFiltered && <Button onPress={filters.clear}>{common('clearFilters')}</Button>}
        </Empty>
      )}
      <ol aria-label={t('queue')} aria-busy={pages.isPlaceholderData}>
        {entries.map((entry) => (
          <Row
            key={entry.verificationId}
            entry={entry}
            isSelected={entry.verificationId === selected}
            hasComeBack={cameBack.has(entry.verificationId)}
            isMine={entry.claimedBy?.id === me}
            onSelect={onSelect}
          />
        ))}
      </ol>
      {error && <ProblemView problem={error} onRetry={() => void pages.refetch()} />}
      {hasNextPage && !error && (
        <Button variant="quiet" isPending={isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
          {common('loadMore')}
        </Button>
      )}
    </div>
  );
}

interface RowProps {
  entry: QueueEntry;
  isSelected: boolean;
  hasComeBack: boolean;
  isMine: boolean;
  onSelect: (verificationId: string) => void;
}

const Row = memo(function Row({ entry, isSelected, hasComeBack, isMine, onSelect }: RowProps) {
  const t = useText(messages);
  const { label } = useLabels();
  const { verificationId, subject, person, submittedAt, submissionNumber, fileStatus, claimedBy, confirmedBy } = entry;
  return (
    <li>
      <button type="button" className={styles.row} aria-current={isSelected} onClick={() => onSelect(verificationId)}>
        <span className={styles.rowHead}>
          <strong>{label(subject)}</strong>
          <Ago value={submittedAt} />
        </span>
        <span className={styles.rowName}>{nameOf(person)}</span>
        <span className={styles.rowFacts}>
          {submissionNumber > 1 && <span>{t('submission', { number: submissionNumber })}</span>}
          {fileStatus !== 'ready' && (
            <Fact icon={fileStatus === null ? 'dash' : 'warning'} text={label(fileWord(fileStatus))} />
          )}
          {confirmedBy && <Fact icon="check" text={t('isConfirmed', { name: nameOf(confirmedBy) })} />}
          {!entry.canDecide && <Fact icon="blocked" text={t('notYours')} />}
          {hasComeBack && <Fact icon="undo" text={t('cameBack')} />}
          {claimedBy && (
            <Fact icon="person" text={isMine ? t('claimedMe') : t('isLooking', { name: nameOf(claimedBy) })} />
          )}
        </span>
      </button>
    </li>
  );
});

function fileWord(status: QueueEntry['fileStatus']): string {
  if (status === null) return 'noFile';
  return status === 'pending' ? 'uploadPending' : status;
}

function Fact({ icon, text }: { icon: 'warning' | 'dash' | 'undo' | 'person' | 'check' | 'blocked'; text: string }) {
  return (
    <span className={styles.fact}>
      <Icon name={icon} size={12} /> {text}
    </span>
  );
}
