import { useEffect, useState } from 'react';
import { useText } from '../i18n/intl';
import { useIsOnline } from '../shell/layout';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { useLabels } from '../ui/labels';
import { messages } from './messages';
import { type Decision, type Taken, useOutbox } from './outbox';
import styles from './review.module.css';

/** What has been decided and not been taken by the server yet. */
export function OutboxStrip({ notice, onUndo }: { notice: string | null; onUndo: () => void }) {
  const t = useText(messages);
  const isOnline = useIsOnline();
  const { decisions, taken } = useOutbox();
  const latest = decisions.findLast(({ state }) => state === 'waiting');
  const unsent = decisions.filter(({ state }) => state === 'unsent' || (!isOnline && state === 'sending')).length;
  return (
    <div className={styles.strips}>
      <div role="status">
        {unsent > 0 && (
          <div className={styles.unsent}>
            <Icon name="offline" /> {t('waitsForConnection', { count: unsent })}
          </div>
        )}
      </div>
      <div role="status">{notice && <div className={styles.notice}>{notice}</div>}</div>
      <div role="status">
        {latest ? (
          <Waiting key={latest.key} decision={latest} onUndo={onUndo} />
        ) : (
          taken && <Counts taken={taken} onReopen={onUndo} />
        )}
      </div>
    </div>
  );
}

function Waiting({ decision, onUndo }: { decision: Decision; onUndo: () => void }) {
  const t = useText(messages);
  const what = useWhat()(decision);
  return (
    <div className={styles.waiting}>
      <Icon name={decision.decision.outcome === 'verified' ? 'check' : 'cross'} />
      <span title={t('willBeSent')}>
        {t(decision.decision.outcome === 'verified' ? 'verifiedWaits' : 'rejectedWaits', { what })}
      </span>
      <span className={styles.hidden}>{t('willBeSent')}</span>
      <Countdown until={decision.sendAt} />
      <Button variant="quiet" icon="undo" shortcut="Z" onPress={onUndo}>
        {t('undo')}
      </Button>
    </div>
  );
}

/** The time to undo is over, and there is still a way back. */
function Counts({ taken: { decision }, onReopen }: { taken: Taken; onReopen: () => void }) {
  const t = useText(messages);
  const what = useWhat()(decision);
  return (
    <div className={styles.waiting}>
      <Icon name={decision.decision.outcome === 'verified' ? 'check' : 'cross'} />
      <span>{t(decision.decision.outcome === 'verified' ? 'verifiedCounts' : 'rejectedCounts', { what })}</span>
      <Button variant="quiet" icon="undo" shortcut="Z" onPress={onReopen}>
        {t('reopen')}
      </Button>
    </div>
  );
}

/** For the eyes only: read out every second it would drown everything else. */
function Countdown({ until }: { until: number }) {
  const t = useText(messages);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 250);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <span className={styles.countdown} aria-hidden="true">
      {t('sentIn', { seconds: Math.max(1, Math.ceil((until - now) / 1000)) })}
    </span>
  );
}

/** "Medical certificate, Kari Nordmann". */
export function useWhat(): (decision: Pick<Decision, 'subject' | 'personName'>) => string {
  const { label } = useLabels();
  return ({ subject, personName }) => `${label(subject)}, ${personName}`;
}
