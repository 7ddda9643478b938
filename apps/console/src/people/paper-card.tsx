import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { DateText, DateTimeText, useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { FileStateBadge, StatusBadge, ValidityBadge } from '../ui/badges';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { Note } from '../ui/problem-view';
import { VerifiedName } from '../ui/verified-name';
import { type Field, fieldOf } from './fields';
import { fieldsOf, kindOf, useMay, valuesOf } from './kinds';
import { messages } from './messages';
import { PaperFile } from './paper-file';
import { PaperHistory } from './paper-history';
import { attentionOf, fileKey, type Paper, readFile } from './papers';
import styles from './papers.module.css';
import { useFailureText, useFieldWords, usePaperName, usePaperSubject } from './words';

interface Props {
  paper: Paper;
  /** What the person is called now. */
  holder: string;
  isOpen: boolean;
  onToggle: () => void;
  onEdit: () => void;
  /** Records its successor. */
  onRenew: () => void;
  onDelete: () => void;
}

/** One paper: both of its states at a glance, what is to be done about it, and everything else when it is opened. */
export function PaperCard({ paper, holder, isOpen, onToggle, onEdit, onRenew, onDelete }: Props) {
  const t = useText(messages);
  const name = usePaperName()(paper);
  const subjectOf = usePaperSubject();
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
              <span>{subjectOf(paper)}</span>
              <span className={styles.hidden}>, {t('details')}</span>
            </button>
          </h3>
          <div className={styles.line}>
            <Line paper={paper} />
          </div>
          <VerifiedName verification={paper.verification} holder={holder} />
        </div>
        <div className={styles.badges}>
          {hasFileNews && <FileStateBadge status={paper.fileStatus} />}
          {paper.validity && <ValidityBadge status={paper.validity} />}
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
  const words = useFieldWords();
  const values = valuesOf(paper);
  return kindOf(paper.kind)
    .line.map((field) => {
      const { with: said, without } = fieldOf(field).inLine ?? {};
      if (!values[field]) return without ? t(without) : '';
      const value = words.value(field, values[field]);
      return said ? t(said, { date: value }) : value;
    })
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
  const may = useMay();
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
  const mayAct = may(attention === 'expired' ? 'create' : 'update', paper.kind);
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
  const may = useMay();
  return (
    <>
      <div className={styles.column}>
        <Suspended paper={paper} />
        <Facts paper={paper} />
        {paper.duplicateOf && (
          <Note tone="warn">{t('duplicate', { kind: paper.duplicateOf.targetType ?? 'other' })}</Note>
        )}
        <PaperFile paper={paper} />
        <div className={styles.actions}>
          {may('update', paper.kind) && (
            <Button icon="edit" onPress={onEdit} label={t('editPaper', { paper: name })}>
              {t('edit')}
            </Button>
          )}
          {may('delete', paper.kind) && (
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

function Suspended({ paper: { source } }: { paper: Paper }) {
  const t = useText(messages);
  const dates = useDates();
  const suspension = 'suspension' in source ? source.suspension : null;
  if (!suspension) return null;
  const { from, until, reason } = suspension;
  const since = dates.date(from);
  return (
    <Note tone="warn">
      {until ? t('suspendedUntil', { since, until: dates.date(until), reason }) : t('suspended', { since, reason })}
    </Note>
  );
}

/** Its name says what it is, and its file is shown. */
const NOT_FACTS: readonly Field['as'][] = ['type', 'title', 'file', 'kind'];
const ONLY_IF_SAID: readonly Field['as'][] = ['lines', 'paper'];

function Facts({ paper }: { paper: Paper }) {
  const t = useText(messages);
  const words = useFieldWords();
  const values = valuesOf(paper);
  const lines = 'lines' in paper.source ? paper.source.lines : null;
  const fields = fieldsOf(paper.kind).filter((field) => {
    const { as } = fieldOf(field);
    return !NOT_FACTS.includes(as) && (!ONLY_IF_SAID.includes(as) || values[field] !== '');
  });
  return (
    <dl className={styles.facts}>
      {fields.map((field) => (
        <div key={field}>
          <dt>{words.name(field)}</dt>
          <dd>
            {fieldOf(field).as === 'day' && <DateText value={values[field] || null} />}
            {fieldOf(field).as !== 'day' && (values[field] ? words.value(field, values[field]) : '–')}
          </dd>
        </div>
      ))}
      {lines && (
        <div>
          <dt>{words.name('lines')}</dt>
          <dd>{words.value('lines', lines)}</dd>
        </div>
      )}
      <div>
        <dt>{t('recorded')}</dt>
        <dd>
          <DateTimeText value={paper.createdAt} />
        </dd>
      </div>
    </dl>
  );
}
