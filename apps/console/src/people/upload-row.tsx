import type { ReactNode } from 'react';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Icon, type IconName } from '../ui/icon';
import { hasEnded, isUnderWay, type Phase, type UploadItem, type UploadQueue } from '../uploads/upload-queue';
import { messages } from './messages';
import { useFailureText } from './words';
import styles from './uploads.module.css';

/** A hint for the browser's dialog; the server decides. */
export const ACCEPTED = '.pdf,.jpg,.jpeg,.png,.webp,.tif,.tiff,.heic,.heif';

const ICONS: Readonly<Record<Phase, IconName>> = {
  waiting: 'clock',
  sending: 'upload',
  finishing: 'clock',
  arrived: 'clock',
  ready: 'check',
  infected: 'blocked',
  failed: 'warning',
  cancelled: 'dash',
};

/** One file on its way: how far it is, why it was refused, and what can be done about it. */
export function UploadRow({ item, queue, children }: { item: UploadItem; queue: UploadQueue; children?: ReactNode }) {
  const t = useText(messages);
  const dates = useDates();
  const failureText = useFailureText();
  const { key, name, size, sent, phase, failure, canRetry } = item;
  const state =
    phase === 'sending'
      ? t('phase_sending', { sent: dates.bytes(sent), size: dates.bytes(size) })
      : t(`phase_${phase}`);
  return (
    <div className={styles.row}>
      <div className={`${styles.icon} ${phase === 'ready' ? styles.good : failure ? styles.bad : ''}`}>
        <Icon name={ICONS[phase]} />
      </div>
      <div className={styles.what}>
        <strong>{name}</strong>
        <span className={styles.state} role="status">
          {/* Said when it changes, not with every byte. */}
          {phase === 'sending' ? <span aria-hidden="true">{state}</span> : state}
          {failure && ` – ${failureText(failure)}`}
        </span>
        {phase === 'sending' && (
          <progress className={styles.progress} aria-label={t('progressOf', { name })} max={size} value={sent} />
        )}
      </div>
      <div className={styles.actions}>
        {isUnderWay(phase) && (
          <Button variant="quiet" onPress={() => queue.cancel(key)} label={t('cancelFile', { name })}>
            {t('cancel')}
          </Button>
        )}
        {hasEnded(phase) && canRetry && (
          <Button icon="refresh" onPress={() => queue.retry(key)} label={t('retryFile', { name })}>
            {t('retry')}
          </Button>
        )}
        {children}
        {!isUnderWay(phase) && (
          <Button variant="quiet" onPress={() => queue.remove(key)} label={t('removeName', { name })}>
            {t('remove')}
          </Button>
        )}
      </div>
    </div>
  );
}
