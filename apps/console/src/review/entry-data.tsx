import type { ReactNode } from 'react';
import { DateText, useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { FileStateBadge, StatusBadge } from '../ui/badges';
import { IconButton } from '../ui/button';
import { Icon } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { Note } from '../ui/problem-view';
import { isSameName } from '../ui/names';
import { changesIn, sentValue } from '../ui/snapshots';
import { useStates } from '../ui/states';
import { type ComparedSubmission, type DeskEntry, nameOf } from './desk-entry';
import { messages } from './messages';
import styles from './review.module.css';

const FIELDS = {
  certificate: ['holderName', 'certificateType', 'certificateNumber', 'issuingAuthority', 'issueDate', 'expiryDate'],
  diploma: ['holderName', 'titleName', 'obtainedOn', 'attachmentName'],
  identity_document: ['holderName', 'documentType', 'documentNumber', 'issuingState', 'issueDate', 'expiryDate'],
} as const satisfies Record<DeskEntry['targetType'], readonly string[]>;
export type ReviewedField = (typeof FIELDS)[keyof typeof FIELDS][number];

type Snapshot = ComparedSubmission['snapshot'];

/** Names of the reviewed fields that differ. */
export function changedFields(targetType: DeskEntry['targetType'], before: Snapshot, after: Snapshot): ReviewedField[] {
  const fields: readonly ReviewedField[] = FIELDS[targetType];
  const changed = changesIn(before, after).map(({ field }) => field);
  return fields.filter((name) => changed.includes(name));
}

/** What was typed, beside the document; what has changed since the last time stands out. */
export function EntryData({ entry, me }: { entry: DeskEntry; me: string }) {
  const t = useText(messages);
  const dates = useDates();
  const { current, previous, targetType, claimedBy } = entry;
  if (!current) return <Note tone="warn">{t('notSubmitted')}</Note>;
  const changed = previous ? changedFields(targetType, previous.snapshot, current.snapshot) : [];
  const hasNewFile = previous !== null && previous.fileSha256 !== current.fileSha256;
  const decision = previous?.decision;
  return (
    <>
      <Notes entry={entry} current={current} />
      {claimedBy && claimedBy.id !== me && <Note tone="warn">{t('isLookingLong', { name: nameOf(claimedBy) })}</Note>}
      {decision && (
        <Note tone={decision.outcome === 'rejected' ? 'warn' : 'info'}>
          {t(decision.outcome === 'rejected' ? 'rejectedBefore' : 'verifiedBefore', {
            when: dates.date(decision.decidedAt),
            name: decision.decidedBy ? nameOf(decision.decidedBy) : t('system'),
            reason: decision.reason ?? '',
          })}
        </Note>
      )}
      <div className={styles.fields}>
        <h3>
          {previous === null
            ? t('firstTime')
            : changed.length === 0 && !hasNewFile
              ? t('nothingChanged', { number: previous.number })
              : t('previous', { number: previous.number })}
        </h3>
        <dl>
          {FIELDS[targetType].map((name: ReviewedField) => {
            const hasChanged = changed.includes(name);
            return (
              <div key={name} className={hasChanged ? styles.changed : undefined}>
                <dt>
                  {t(name)}
                  {hasChanged && <Changed />}
                </dt>
                <dd>
                  {hasChanged ? (
                    <ins>
                      <FieldValue name={name} value={sentValue(current.snapshot, name)} />
                    </ins>
                  ) : (
                    <FieldValue name={name} value={sentValue(current.snapshot, name)} />
                  )}
                  {hasChanged && previous && (
                    <del>
                      {t('was', { value: '' })}
                      <FieldValue name={name} value={sentValue(previous.snapshot, name)} />
                    </del>
                  )}
                  {name === 'expiryDate' && isOver(current.snapshot[name], dates.today()) && (
                    <span className={styles.over}>
                      <Icon name="warning" size={12} /> {t('hasExpired')}
                    </span>
                  )}
                </dd>
              </div>
            );
          })}
          <FileFacts current={current} previous={previous} hasNewFile={hasNewFile} />
        </dl>
      </div>
      <p className={styles.sent}>
        {current.submittedBy ? t('sentBy', { name: nameOf(current.submittedBy) }) : t('sentBySystem')}
      </p>
    </>
  );
}

function isOver(value: Snapshot[string] | undefined, today: string): boolean {
  return typeof value === 'string' && value < today;
}

/** What stands in the way of a decision, or should be known before it. */
function Notes({ entry, current }: { entry: DeskEntry; current: ComparedSubmission }) {
  const t = useText(messages);
  const dates = useDates();
  const { label } = useLabels();
  const { file, reopening, confirmation, decision } = current;
  const because = entry.cannotDecideBecause;
  const isWaiting = entry.status === 'pending';
  const sentUnder = current.snapshot['holderName'];
  const warnings = file?.warnings ?? [];
  return (
    <>
      {entry.isWithdrawn && <Note tone="warn">{t('withdrawn')}</Note>}
      {entry.status !== 'pending' && decision && (
        <Note tone="warn">
          {t('notPending', {
            state: label(entry.status),
            when: dates.dateTime(decision.decidedAt),
            name: decision.decidedBy ? nameOf(decision.decidedBy) : t('system'),
          })}
        </Note>
      )}
      {reopening && (
        <Note tone="info">
          {t('reopenedBefore', {
            when: dates.dateTime(current.submittedAt),
            name: reopening.reopenedBy ? nameOf(reopening.reopenedBy) : t('system'),
            reason: reopening.reason,
          })}
        </Note>
      )}
      {isWaiting && confirmation && entry.reviewPolicy === 'two_people' && (
        <Note tone="info">
          {t('confirmed', {
            when: dates.dateTime(confirmation.confirmedAt),
            name: confirmation.confirmedBy ? nameOf(confirmation.confirmedBy) : t('system'),
          })}
        </Note>
      )}
      {because !== null && because !== 'not_permitted' && <Note tone="warn">{t(because)}</Note>}
      {typeof sentUnder === 'string' && !isSameName(sentUnder, nameOf(entry.person)) && (
        <Note tone="warn">{t('renamed', { name: sentUnder, now: nameOf(entry.person) })}</Note>
      )}
      {file && file.status !== 'ready' && (
        <Note tone="warn">
          {file.status === 'infected'
            ? t('infected', { threat: file.threatName ?? '?' })
            : t(file.status === 'failed' ? 'fileFailed' : 'beingChecked')}
        </Note>
      )}
      {file?.status === 'ready' && !file.downloadUrl && <Note tone="warn">{t('fileGone')}</Note>}
      {entry.duplicateOf && <Note tone="warn">{t('duplicate')}</Note>}
      {warnings.length > 0 && (
        <Note tone="warn">
          {warnings.map((word) => (word in messages.en ? t(word as keyof typeof messages.en) : word)).join(' ')}
        </Note>
      )}
    </>
  );
}

function Changed() {
  const t = useText(messages);
  return (
    <span className={styles.mark}>
      <Icon name="edit" size={12} /> {t('changed')}
    </span>
  );
}

/** A field of a snapshot in words. */
export function FieldValue({ name, value }: { name: ReviewedField; value: Snapshot[string] | undefined }): ReactNode {
  const t = useText(messages);
  const { stateLabel } = useStates();
  const { label } = useLabels();
  if (value === null || value === undefined || value === '') return <span className={styles.none}>{t('none')}</span>;
  if (name === 'issuingState') return stateLabel(String(value));
  if (name === 'issueDate' || name === 'expiryDate' || name === 'obtainedOn') return <DateText value={String(value)} />;
  // What somebody is called is no word of ours.
  return name === 'holderName' ? String(value) : label(String(value));
}

function FileFacts({
  current,
  previous,
  hasNewFile,
}: {
  current: ComparedSubmission;
  previous: ComparedSubmission | null;
  hasNewFile: boolean;
}) {
  const t = useText(messages);
  const dates = useDates();
  const { file } = current;
  return (
    <div className={hasNewFile ? styles.changed : undefined}>
      <dt>
        {t('document')}
        {hasNewFile && <Changed />}
      </dt>
      <dd>
        {file ? (
          <>
            <span className={styles.filename}>{file.originalFilename}</span>
            <span className={styles.muted}>
              {[dates.bytes(file.sizeBytes), file.pageCount === null ? '' : t('pages', { count: file.pageCount })]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </>
        ) : (
          <FileStateBadge status={null} />
        )}
        {previous && <span className={styles.muted}>{t(hasNewFile ? 'fileChanged' : 'fileSame')}</span>}
      </dd>
    </div>
  );
}

/** What exactly is decided on, beside the buttons. */
export function Identity({
  current,
  status,
  say,
}: {
  current: ComparedSubmission;
  status: DeskEntry['status'];
  say: (text: string) => void;
}) {
  const t = useText(messages);
  const dates = useDates();
  const { number, submittedAt, fileSha256 } = current;
  const copy = (hash: string) => void navigator.clipboard.writeText(hash).then(() => say(t('copied')));
  return (
    <div className={styles.identity}>
      <span>{t('submissionOf', { number, when: dates.dateTime(submittedAt) })}</span>
      {status !== 'pending' && <StatusBadge status={status} />}
      {fileSha256 && (
        <span className={styles.hash}>
          <span className={styles.hidden}>{t('hash')}</span>
          <code title={fileSha256}>{`SHA-256 ${fileSha256.slice(0, 8)}…${fileSha256.slice(-4)}`}</code>
          <IconButton label={t('copyHash')} icon="copy" onPress={() => copy(fileSha256)} />
        </span>
      )}
    </div>
  );
}
