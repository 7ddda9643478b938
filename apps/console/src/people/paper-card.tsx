import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { DateText, DateTimeText, useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { FileStateBadge, StatusBadge, ValidityBadge } from '../ui/badges';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { Note } from '../ui/problem-view';
import { messages } from './messages';
import { PaperFile } from './paper-file';
import { PaperHistory } from './paper-history';
import { attentionOf, fileKey, type Paper, readFile } from './papers';
import styles from './papers.module.css';
import { useFailureText, usePaperName } from './words';

interface Props {
  paper: Paper;
  isOpen: boolean;
  onToggle: () => void;
  onEdit: () => void;
  /** Records its successor. */
  onRenew: () => void;
  onDelete: () => void;
}

/** One paper: both of its states at a glance, what is to be done about it, and everything else when it is opened. */
export function PaperCard({ paper, isOpen, onToggle, onEdit, onRenew, onDelete }: Props) {
  const t = useText(messages);
  const name = usePaperName()(paper);
  const { label } = useLabels();
  const id = useId();
  const attention = attentionOf(paper);
  const isUrgent = attention === 'rejected' || attention === 'file_refused' || attention === 'file_missing';
  const hasFileNews = paper.fileStatus !== null && paper.fileStatus !== 'ready';
  return (
    <li className={`${styles.card} ${isUrgent ? styles.urgent : ''}`} data-paper={paper.id}>
      <div className={styles.head}>
        <div>
          <h3>
            <button
              type="button"
              className={`${styles.toggle} ${isOpen ? styles.open : ''}`}
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={onToggle}
            >
              <Icon name="chevronRight" size={14} />
              <span>{label(paper.subject)}</span>
              <span className={styles.hidden}>, {t('details')}</span>
            </button>
          </h3>
          <div className={styles.line}>
            <Line paper={paper} />
          </div>
        </div>
        <div className={styles.badges}>
          {hasFileNews && <FileStateBadge status={paper.fileStatus} />}
          {paper.kind === 'certificate' && <ValidityBadge status={paper.source.status} />}
          <StatusBadge status={paper.verification.status} />
        </div>
      </div>
      <AttentionLine paper={paper} name={name} onEdit={onEdit} onRenew={onRenew} />
      {isOpen && (
        <div id={id} className={styles.body}>
          <Details paper={paper} name={name} onEdit={onEdit} onDelete={onDelete} />
        </div>
      )}
    </li>
  );
}

function Line({ paper }: { paper: Paper }) {
  const t = useText(messages);
  const dates = useDates();
  if (paper.kind === 'diploma') {
    const { obtainedAt } = paper.source;
    return obtainedAt ? t('obtainedOn', { date: dates.date(obtainedAt) }) : null;
  }
  const { certificateNumber, issuingAuthority, expiryDate } = paper.source;
  return [
    certificateNumber ?? t('noNumber'),
    issuingAuthority,
    expiryDate ? t('validUntil', { date: dates.date(expiryDate) }) : t('noExpiry'),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** What is wrong, why, and the one thing to do about it. */
function AttentionLine({
  paper,
  name,
  onEdit,
  onRenew,
}: Pick<Props, 'paper' | 'onEdit' | 'onRenew'> & { name: string }) {
  const t = useText(messages);
  const failureText = useFailureText();
  const mayEdit = useCan(paper.kind === 'certificate' ? 'certificate:update' : 'diploma:update');
  const mayAdd = useCan('certificate:create');
  const attention = attentionOf(paper);
  // Without links nobody is recorded as a reader, and a refused file has none.
  const refused = useQuery({
    queryKey: fileKey(paper),
    queryFn: ({ signal }) => readFile(paper, signal),
    enabled: attention === 'file_refused',
    staleTime: Infinity,
  });
  if (attention === null || attention === 'expiring_soon') return null;
  const { failureCode, threatName } = refused.data ?? { failureCode: null, threatName: null };
  const sentence =
    attention === 'rejected'
      ? t('rejectedBecause', { reason: paper.verification.rejectionReason ?? '' })
      : attention === 'file_refused'
        ? failureCode || threatName
          ? t('fileRefusedBecause', { reason: failureText({ code: failureCode ?? '', detail: '', threatName }) })
          : t('fileRefused')
        : t(attention === 'file_missing' ? 'fileMissing' : attention === 'expired' ? 'expiredHelp' : 'noScan');
  const action =
    attention === 'rejected'
      ? t('sendInAgain')
      : attention === 'no_scan'
        ? t('addScan')
        : t(attention === 'expired' ? 'renew' : 'sendFile');
  const mayAct = attention === 'expired' ? mayAdd : mayEdit;
  return (
    <div className={styles.attention}>
      <p className={`${styles.reason} ${attention === 'rejected' || attention === 'file_refused' ? styles.bad : ''}`}>
        {sentence}
      </p>
      {mayAct && (
        <Button
          variant={attention === 'no_scan' ? 'secondary' : 'primary'}
          icon={attention === 'rejected' ? 'edit' : attention === 'expired' ? 'plus' : 'upload'}
          onPress={attention === 'expired' ? onRenew : onEdit}
          label={`${action}: ${name}`}
        >
          {action}
        </Button>
      )}
    </div>
  );
}

function Details({ paper, name, onEdit, onDelete }: Pick<Props, 'paper' | 'onEdit' | 'onDelete'> & { name: string }) {
  const t = useText(messages);
  const isCertificate = paper.kind === 'certificate';
  const mayEdit = useCan(isCertificate ? 'certificate:update' : 'diploma:update');
  const mayDelete = useCan(isCertificate ? 'certificate:delete' : 'diploma:delete');
  return (
    <>
      <div className={styles.column}>
        <Facts paper={paper} />
        {paper.duplicateOf && <Duplicate duplicateOf={paper.duplicateOf} />}
        <PaperFile paper={paper} />
        <div className={styles.actions}>
          {mayEdit && (
            <Button icon="edit" onPress={onEdit} label={t('editPaper', { paper: name })}>
              {t('edit')}
            </Button>
          )}
          {mayDelete && (
            <Button icon="trash" variant="danger" onPress={onDelete} label={t('deletePaper', { paper: name })}>
              {t('delete')}
            </Button>
          )}
        </div>
      </div>
      <div className={styles.column}>
        <h4>{t('history')}</h4>
        <PaperHistory paper={paper} />
      </div>
    </>
  );
}

function Duplicate({ duplicateOf }: { duplicateOf: NonNullable<Paper['duplicateOf']> }) {
  const t = useText(messages);
  const { label } = useLabels();
  const { targetType } = duplicateOf;
  return (
    <Note tone="warn">
      {targetType ? t('showDuplicate', { kind: label(targetType).toLowerCase() }) : t('duplicate')}
    </Note>
  );
}

function Facts({ paper }: { paper: Paper }) {
  const t = useText(messages);
  const facts: [string, ReactNode][] =
    paper.kind === 'certificate'
      ? [
          [t('number'), paper.source.certificateNumber ?? '–'],
          [t('authority'), paper.source.issuingAuthority ?? '–'],
          [t('issueDate'), <DateText key="issue" value={paper.source.issueDate} />],
          [t('expiryDate'), <DateText key="expiry" value={paper.source.expiryDate} />],
        ]
      : [[t('obtained'), <DateText key="obtained" value={paper.source.obtainedAt} />]];
  if (paper.kind === 'certificate' && paper.source.notes) facts.push([t('notes'), paper.source.notes]);
  facts.push([t('recorded'), <DateTimeText key="recorded" value={paper.source.createdAt} />]);
  return (
    <dl className={styles.facts}>
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
