import { useQuery } from '@tanstack/react-query';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { messages as uiMessages } from '../ui/messages';
import { type DeskEntry, entryQuery, nameOf } from './desk-entry';
import { sentValue } from '../ui/snapshots';
import { changedFields, FieldValue } from './entry-data';
import { messages } from './messages';
import type { Decision } from './outbox';
import { useWhat } from './outbox-strip';
import styles from './review.module.css';

interface Props {
  decision: Decision;
  onLook: (decision: Decision) => void;
  onDismiss: (decision: Decision) => void;
}

/** A decision that the server did not take: what it was, why not, and what is different now. */
export function Refused({ decision, onLook, onDismiss }: Props) {
  const t = useText(messages);
  const common = useText(uiMessages);
  const what = useWhat()(decision);
  // As it is now: what is at hand is from before.
  const { data, isFetchedAfterMount } = useQuery({ ...entryQuery(decision.verificationId), refetchOnMount: 'always' });
  const { problem } = decision;
  const made = decision.decision;
  return (
    <div className={styles.refused} role="alert">
      <Icon name="warning" />
      <div>
        <strong>{t('decisionRefused', { what })}</strong>
        {data && isFetchedAfterMount ? <Why decision={decision} entry={data.entry} /> : <p>{problem?.detail}</p>}
        <p>
          {made.outcome === 'verified' ? t('refusedVerify') : t('refusedReject', { reason: made.reason })}
          {made.outcome === 'rejected' && ` ${t('kept')}`}
        </p>
        {problem?.requestId && <p className={styles.muted}>{common('requestId', { id: problem.requestId })}</p>}
        <div className={styles.refusedActions}>
          <Button icon="file" onPress={() => onLook(decision)}>
            {t('lookAgain')}
          </Button>
          <Button variant="quiet" onPress={() => onDismiss(decision)}>
            {t('dismiss')}
          </Button>
        </div>
      </div>
    </div>
  );
}

function Why({ decision, entry }: { decision: Decision; entry: DeskEntry }) {
  const t = useText(messages);
  const { label } = useLabels();
  const { code, detail } = decision.problem ?? { code: '', detail: '' };
  const { seen } = decision;
  const { current } = entry;
  if (entry.isWithdrawn) return <p>{t('becauseGone')}</p>;
  if (code === 'already_decided' && current?.decision) {
    const { decidedBy, outcome, reason } = current.decision;
    return (
      <>
        <p>{t('because409', { name: decidedBy ? nameOf(decidedBy) : t('system'), state: label(outcome) })}</p>
        {reason && <p>{t('becauseReason', { reason })}</p>}
      </>
    );
  }
  if (code !== 'changed_since_read' || !current) return <p>{detail}</p>;
  const changed = changedFields(entry.targetType, seen.snapshot, current.snapshot);
  const hasNewFile = seen.fileSha256 !== current.fileSha256;
  return (
    <>
      <p>{t('because412')}</p>
      {changed.length === 0 && !hasNewFile && <p>{t('because412Other')}</p>}
      <ul>
        {changed.map((name) => (
          <li key={name}>
            {t(name)}
            {': '}
            <ins>
              <FieldValue name={name} value={sentValue(current.snapshot, name)} />
            </ins>{' '}
            <del>
              {t('was', { value: '' })}
              <FieldValue name={name} value={sentValue(seen.snapshot, name)} />
            </del>
          </li>
        ))}
        {hasNewFile && <li>{t('fileChanged')}</li>}
      </ul>
    </>
  );
}
