import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { answer, api } from '../api/client';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useSession } from '../session/session-context';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { useLabels } from '../ui/labels';
import { useDocumentTitle } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { useShortcuts } from '../ui/shortcuts';
import { Skeleton } from '../ui/skeleton';
import { CheckFields } from './check-fields';
import { type DeskEntry, entryQuery, nameOf, noteClaim, type QueueEntry } from './desk-entry';
import { forgetDocuments, loadDocument, prepareDocument } from './documents';
import { EntryData, Identity } from './entry-data';
import { useEvidence } from './evidence';
import { messages } from './messages';
import { type Decision, outbox, type Outcome, submissionKey, useOutbox } from './outbox';
import { OutboxStrip, useWhat } from './outbox-strip';
import { QueueFilters } from './queue-filters';
import { QueueList } from './queue-list';
import { Refused } from './refused';
import { RejectDialog } from './reject-dialog';
import { ReopenDialog } from './reopen-dialog';
import styles from './review.module.css';
import { useQueue } from './use-queue';
import { Viewer } from './viewer';

/** Who only passes by does not say that they look at it. */
const CLAIM_AFTER_MS = 800;
/** A claim counts for ten minutes after the last word. */
const CLAIM_AGAIN_MS = 240_000;
const REFRESH_MS = 30_000;
const NOTICE_MS = 6_000;
/** How many papers are loaded ahead. */
const AHEAD = 2;
/** Rows left below the chosen one when the next page is fetched. */
const ROWS_LEFT = 10;

const STEPS = ['queue', 'document', 'data'] as const;
type Step = (typeof STEPS)[number];

export function Component() {
  return (
    <Needs permission="verification:decide">
      <ReviewDesk />
    </Needs>
  );
}

function ReviewDesk() {
  const t = useText(messages);
  const { label } = useLabels();
  const { userId, organizationId, person } = useSession();
  const client = useQueryClient();
  const dates = useDates();
  const [notice, say] = useNotice();
  const what = useWhat();
  const [params, setParams] = useSearchParams();
  const [step, setStep] = useState<Step>('queue');
  const [isRejecting, setRejecting] = useState(false);
  const [isReopening, setReopening] = useState(false);
  useEffect(() => outbox.open({ userId, organizationId }), [userId, organizationId]);
  useEffect(() => forgetDocuments, []);
  useDocumentTitle(t('title'));

  const queue = useQueue();
  const { entries, pages } = queue;
  const { decisions, settled, taken } = useOutbox();
  const refused = decisions.filter(({ state }) => state === 'refused');
  const cameBack = useMemo(
    () => new Set(decisions.filter(({ state }) => state === 'refused').map(({ verificationId }) => verificationId)),
    [decisions],
  );
  const selected = params.get('item') ?? entries[0]?.verificationId ?? null;
  const index = entries.findIndex(({ verificationId }) => verificationId === selected);
  const query = useQuery({ ...entryQuery(selected ?? ''), enabled: selected !== null });
  const tagged = query.data;
  const entry = selected === null ? undefined : tagged?.entry;
  const isDecided = Boolean(
    entry?.current &&
    (settled.has(submissionKey(entry.verificationId, entry.current.number)) ||
      decisions.some(
        ({ state, verificationId, seen }) =>
          state !== 'refused' && verificationId === entry.verificationId && seen.number === entry.current?.number,
      )),
  );
  const because = entry?.cannotDecideBecause ?? null;
  const isUndecided = entry?.status === 'pending' && !entry.isWithdrawn && !isDecided && entry.current !== null;
  const evidence = useEvidence(entry);
  // Who has given the first word of two may still find that it is wrong.
  const isRejectable = isUndecided && (because === null || because === 'second_reviewer_needed');
  const canReject = isRejectable && evidence.missing?.need !== 'day';
  const isVerifiable = isUndecided && because === null && isServable(entry);
  const canVerify = isVerifiable && evidence.missing === null;

  const select = (verificationId: string | null) => {
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (verificationId) next.set('item', verificationId);
        else next.delete('item');
        return next;
      },
      { replace: true },
    );
  };
  const open = (verificationId: string) => {
    select(verificationId);
    setStep('document');
  };
  const move = (by: 1 | -1) => {
    const to = entries[index === -1 ? 0 : index + by];
    if (to) select(to.verificationId);
  };
  const decide = (decision: Outcome) => {
    if (!tagged || !entry || !(decision.outcome === 'verified' ? canVerify : canReject)) return;
    const next = following(entries, index, person.id)[0];
    outbox.add(tagged, nameOf(entry.person), decision);
    setRejecting(false);
    select(next?.verificationId ?? null);
  };
  const { method, reference, checkedOn } = evidence.stated;
  const check = { method, reference, checkedAt: checkedOn && dates.startOf(checkedOn) };
  const verify = () => decide({ outcome: 'verified', check: { ...check, pagesShown: evidence.pagesShown } });
  const undo = () => {
    const undone = outbox.undo();
    if (!undone) return setReopening(taken !== null);
    select(undone.verificationId);
    say(t('undone', { what: what(undone) }));
  };
  const look = (decision: Decision) => {
    outbox.dismiss(decision.key);
    void client.invalidateQueries({ queryKey: entryQuery(decision.verificationId).queryKey });
    open(decision.verificationId);
  };

  useClaim(entry, selected, because !== null || isDecided, person.id);
  useLoadAhead(entries, index, entry, person.id);
  useFreshness(queue.pages, entries, index, entry, () => say(t('newerSubmission')));

  useShortcuts([
    { key: 'v', label: t('verify'), run: verify, isDisabled: !canVerify },
    {
      key: 'o',
      label: t('original_seen'),
      run: () => evidence.setStated({ ...evidence.stated, method: 'original_seen' }),
      isDisabled: !isVerifiable,
    },
    { key: 'r', label: t('reject'), run: () => setRejecting(true), isDisabled: !canReject },
    { key: 'z', label: t('undo'), run: undo },
    { key: 'ArrowDown', label: t('nextItem'), run: () => move(1), isRepeated: true },
    { key: 'ArrowUp', label: t('previousItem'), run: () => move(-1), isRepeated: true },
    {
      key: 'g',
      label: t('goBack'),
      run: () => refused[0] && look(refused[0]),
      isDisabled: refused.length === 0,
    },
  ]);

  return (
    <div className={styles.desk} data-step={step}>
      <h1 className={styles.hidden}>{t('title')}</h1>
      <nav className={styles.steps} aria-label={t('steps')}>
        {STEPS.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={step === name ? 'step' : undefined}
            disabled={name !== 'queue' && selected === null}
            onClick={() => setStep(name)}
          >
            {t(name)}
          </button>
        ))}
      </nav>
      <section className={styles.queue} aria-label={t('queue')} data-pane="queue">
        <QueueFilters filters={queue.filters} />
        <QueueList
          queue={queue}
          selected={selected}
          onSelect={open}
          me={person.id}
          cameBack={cameBack}
          hasDecided={settled.size > 0}
        />
      </section>
      <section className={styles.document} aria-label={t('document')} data-pane="document">
        {entry ? (
          <Viewer key={evidence.submission} entry={entry} onShown={evidence.noteShown} />
        ) : selected === null ? (
          !pages.isPending && <Empty text={entries.length > 0 ? t('choose') : t('empty')} />
        ) : (
          !query.error && <Skeleton />
        )}
      </section>
      <section className={styles.data} aria-label={t('data')} data-pane="data">
        {refused.map((decision) => (
          <Refused key={decision.key} decision={decision} onLook={look} onDismiss={({ key }) => outbox.dismiss(key)} />
        ))}
        {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
        {entry && (
          <>
            <header className={styles.head}>
              <h2>{label(entry.subject)}</h2>
              <p>{nameOf(entry.person)}</p>
            </header>
            <EntryData entry={entry} me={person.id} />
            {isRejectable && <CheckFields stated={evidence.stated} onChange={evidence.setStated} />}
            {entry.claimedBy?.id === person.id && <OwnClaim entry={entry} say={say} />}
          </>
        )}
      </section>
      <div className={styles.bar} data-pane="bar">
        <OutboxStrip notice={notice} onUndo={undo} />
        {entry && (
          <div className={styles.decide}>
            {entry.current && <Identity current={entry.current} status={entry.status} say={say} />}
            {isVerifiable && evidence.missing && evidence.missing.need !== 'day' && (
              <p className={styles.missing}>
                {evidence.missing.need === 'original'
                  ? t('needsOriginal')
                  : t('pagesLeft', { count: evidence.missing.count })}
              </p>
            )}
            <div className={styles.buttons}>
              <Button variant="primary" icon="check" shortcut="V" isDisabled={!canVerify} onPress={verify}>
                {t('verify')}
              </Button>
              <Button
                variant="danger"
                icon="cross"
                shortcut="R"
                isDisabled={!canReject}
                onPress={() => setRejecting(true)}
              >
                {t('reject')}
              </Button>
            </div>
          </div>
        )}
      </div>
      {isReopening && taken && (
        <ReopenDialog
          key={taken.decision.key}
          taken={taken}
          onClose={() => setReopening(false)}
          onReopened={(verificationId) => {
            setReopening(false);
            say(t('reopened', { what: what(taken.decision) }));
            open(verificationId);
          }}
        />
      )}
      {isRejecting && entry && canReject && (
        <RejectDialog
          key={entry.verificationId}
          verificationId={entry.verificationId}
          subject={`${label(entry.subject)}, ${nameOf(entry.person)}`}
          onClose={() => setRejecting(false)}
          onReject={(reason) => decide({ outcome: 'rejected', reason, check })}
        />
      )}
    </div>
  );
}

/** A sentence above the buttons, for a while; elsewhere it would lie over something. */
function useNotice(): [string | null, (text: string) => void] {
  const [notice, setNotice] = useState<string | null>(null);
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const say = (text: string) => {
    window.clearTimeout(timer.current);
    setNotice(text);
    timer.current = window.setTimeout(() => setNotice(null), NOTICE_MS);
  };
  return [notice, say];
}

/** Without a file there is nothing to wait for; with one it must have passed its checks. */
function isServable(entry: DeskEntry): boolean {
  const file = entry.current?.file ?? null;
  return file === null || (file.status === 'ready' && file.downloadUrl !== null);
}

/** What comes after, in the order of the queue; what somebody else looks at comes last, what was skipped after that. */
function following(entries: readonly QueueEntry[], index: number, me: string): QueueEntry[] {
  const after = entries.slice(index + 1);
  const isFree = ({ claimedBy }: QueueEntry) => claimedBy === null || claimedBy.id === me;
  const before = entries.slice(0, Math.max(0, index));
  return [...after.filter(isFree), ...after.filter((entry) => !isFree(entry)), ...before];
}

/** Says that this person looks at it, and goes on saying so while it is in front of them. */
function useClaim(entry: DeskEntry | undefined, selected: string | null, isIdle: boolean, me: string): void {
  const client = useQueryClient();
  const isWaiting = entry?.verificationId === selected && entry?.status === 'pending' && !isIdle;
  const claim = useEffectEvent(async (verificationId: string) => {
    if (document.visibilityState === 'hidden' || released.has(verificationId)) return;
    const path = { verification_id: verificationId };
    // Nothing depends on it: without an answer others simply do not know.
    const claimedBy = await answer(api.POST('/api/v1/crew/queue/{verification_id}/claim', { params: { path } })).catch(
      () => null,
    );
    if (claimedBy) noteClaim(client, verificationId, claimedBy);
  });
  useEffect(() => {
    if (!selected || !isWaiting) return;
    const timer = window.setTimeout(() => void claim(selected), CLAIM_AFTER_MS);
    const again = window.setInterval(() => void claim(selected), CLAIM_AGAIN_MS);
    return () => {
      window.clearTimeout(timer);
      window.clearInterval(again);
    };
  }, [selected, isWaiting, me]);
}

/** What was given back is not taken again by itself. */
const released = new Set<string>();

function OwnClaim({ entry: { verificationId }, say }: { entry: DeskEntry; say: (text: string) => void }) {
  const t = useText(messages);
  const client = useQueryClient();
  const release = () => {
    released.add(verificationId);
    const path = { verification_id: verificationId };
    void api.DELETE('/api/v1/crew/queue/{verification_id}/claim', { params: { path } }).then(() => {
      noteClaim(client, verificationId, null);
      say(t('released'));
    });
  };
  useShortcuts([{ key: 'x', label: t('release'), run: release }]);
  return (
    <p className={styles.claim}>
      {t('youLook')}{' '}
      <Button variant="quiet" shortcut="X" onPress={release}>
        {t('release')}
      </Button>
    </p>
  );
}

/** The next papers with their documents, once the one in front is there. */
function useLoadAhead(entries: readonly QueueEntry[], index: number, entry: DeskEntry | undefined, me: string): void {
  const client = useQueryClient();
  const next = following(entries, index, me)
    .slice(0, AHEAD)
    .map(({ verificationId }) => verificationId)
    .join(' ');
  const file = entry?.current?.file ?? null;
  const before = entry?.previous?.file ?? null;
  const isShown = entry !== undefined;
  const load = useEffectEvent(async (isOver: () => boolean) => {
    if (file?.downloadUrl) await loadDocument(file).pictured;
    for (const verificationId of next.split(' ').filter(Boolean)) {
      if (isOver()) return;
      const loaded = await client.ensureQueryData(entryQuery(verificationId)).catch(() => null);
      prepareDocument(loaded?.entry.current?.file);
    }
    if (!isOver()) prepareDocument(before);
  });
  useEffect(() => {
    if (!isShown) return;
    let isOver = false;
    void load(() => isOver);
    return () => {
      isOver = true;
    };
  }, [next, isShown, file?.id]);
}

/** Keeps the queue as it is now, fetches more of it in time, and notices when what is in front was sent in again. */
function useFreshness(
  pages: ReturnType<typeof useQueue>['pages'],
  entries: readonly QueueEntry[],
  index: number,
  entry: DeskEntry | undefined,
  onNewer: () => void,
): void {
  const client = useQueryClient();
  const { hasNextPage, isFetching, fetchNextPage } = pages;
  const isNearEnd = entries.length - index <= ROWS_LEFT;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetching) void fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetching, fetchNextPage]);

  const refresh = useEffectEvent(() => {
    if (document.visibilityState === 'visible' && navigator.onLine) void pages.refetch();
  });
  useEffect(() => {
    const timer = window.setInterval(() => refresh(), REFRESH_MS);
    return () => window.clearInterval(timer);
  }, []);

  const listed = entries[index];
  const isOutdated =
    listed !== undefined &&
    entry?.verificationId === listed.verificationId &&
    entry.current !== null &&
    listed.submissionNumber > entry.current.number;
  const verificationId = entry?.verificationId;
  useEffect(() => {
    if (isOutdated && verificationId) void client.invalidateQueries({ queryKey: entryQuery(verificationId).queryKey });
  }, [isOutdated, verificationId, client]);

  const seen = useRef<{ id: string; number: number } | null>(null);
  const number = entry?.current?.number;
  const tell = useEffectEvent(onNewer);
  useEffect(() => {
    if (!verificationId || number === undefined) return;
    if (seen.current?.id === verificationId && seen.current.number < number) tell();
    seen.current = { id: verificationId, number };
  }, [verificationId, number]);
}
