import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { answer, api } from '../api/client';
import { DateText, useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { FileStateBadge, StatusBadge } from '../ui/badges';
import { IconButton } from '../ui/button';
import { type CertificateLine, useKindWords } from '../ui/certificate-kinds';
import { Icon } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { Note } from '../ui/problem-view';
import { isSameName } from '../ui/names';
import { changesIn, sentValue, type SnapshotValue } from '../ui/snapshots';
import { useStates } from '../ui/states';
import { type ComparedSubmission, type DeskEntry, nameOf } from './desk-entry';
import { messages } from './messages';
import styles from './review.module.css';

const FIELDS = {
  certificate: [
    ...([
      'holderName',
      'certificateType',
      'certificateKindId',
      'lines',
      'certificateNumber',
      'issuingAuthority',
    ] as const),
    ...(['issuingState', 'issueDate', 'expiryDate', 'courseDate', 'extendedUntil', 'extendedBy'] as const),
    ...(['renewsId', 'endorsesId'] as const),
  ],
  diploma: ['holderName', 'titleName', 'obtainedOn', 'attachmentName'],
  identity_document: ['holderName', 'documentType', 'documentNumber', 'issuingState', 'issueDate', 'expiryDate'],
} as const satisfies Record<DeskEntry['targetType'], readonly string[]>;
export type ReviewedField = (typeof FIELDS)[keyof typeof FIELDS][number];

/** Most certificates do not have these: they are shown of those that do, or did. */
const RARE: readonly ReviewedField[] = [
  ...(['certificateKindId', 'lines', 'issuingState', 'courseDate', 'extendedUntil', 'extendedBy'] as const),
  ...(['renewsId', 'endorsesId'] as const),
];

type Snapshot = ComparedSubmission['snapshot'];

/** The fields of what is decided on that say something, or did the last time. */
function shownFields(targetType: DeskEntry['targetType'], sent: Snapshot, before: Snapshot | undefined) {
  const fields: readonly ReviewedField[] = FIELDS[targetType];
  if (targetType !== 'certificate') return fields;
  const says = (name: ReviewedField) => sentValue(sent, name) !== null || (before && sentValue(before, name) !== null);
  return fields.filter((name) => !RARE.includes(name) || says(name));
}

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
          {shownFields(targetType, current.snapshot, previous?.snapshot).map((name) => {
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
export function FieldValue({ name, value }: { name: ReviewedField; value: SnapshotValue | undefined }): ReactNode {
  const t = useText(messages);
  const { stateLabel } = useStates();
  const { label } = useLabels();
  if (value === null || value === undefined || value === '') return <span className={styles.none}>{t('none')}</span>;
  if (typeof value === 'object') return <Lines lines={value as CertificateLine[]} />;
  const text = String(value);
  if (name === 'issuingState') return stateLabel(text);
  if (name === 'certificateKindId') return <KindName id={text} />;
  if (name === 'renewsId' || name === 'endorsesId') return <OtherCertificate id={text} />;
  if (DAYS.includes(name)) return <DateText value={text} />;
  // What somebody is called is no word of ours.
  return name === 'holderName' || name === 'extendedBy' ? text : label(text);
}

const DAYS: readonly ReviewedField[] = ['issueDate', 'expiryDate', 'obtainedOn', 'courseDate', 'extendedUntil'];

function KindName({ id }: { id: string }) {
  return useKindWords().kindName(id);
}

/** What the certificate is to prove: the reviewer vouches for each line. */
function Lines({ lines }: { lines: readonly CertificateLine[] }) {
  const { lineWords } = useKindWords();
  return (
    <ul className={styles.lines}>
      {lines.map((line, index) => (
        <li key={index}>{lineWords(line)}</li>
      ))}
    </ul>
  );
}

/** The certificate that is renewed, or behind an endorsement. */
function OtherCertificate({ id }: { id: string }) {
  const t = useText(messages);
  const dates = useDates();
  const { label } = useLabels();
  const { kindName } = useKindWords();
  const { data } = useQuery({
    queryKey: ['certificate', id],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/crew/certificates/{certificate_id}', { params: { path: { certificate_id: id } }, signal }),
      ),
  });
  if (!data) return t('anotherCertificate');
  const { certificateKindId, certificateType, certificateNumber, expiryDate, verification } = data;
  return [
    certificateKindId ? kindName(certificateKindId) : label(certificateType),
    certificateNumber,
    expiryDate && t('validUntil', { date: dates.date(expiryDate) }),
    label(verification.status),
  ]
    .filter(Boolean)
    .join(' · ');
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
