import { useText } from '../i18n/intl';
import { messages } from './messages';
import styles from './skeleton.module.css';

/** Grey bars in place of what is on its way. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const t = useText(messages);
  return (
    <div className={styles.skeleton} role="status" aria-busy="true">
      <span className={styles.words}>{t('loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.bar} aria-hidden="true" />
      ))}
    </div>
  );
}

export function PageSkeleton() {
  return (
    <div className={styles.page}>
      <Skeleton />
    </div>
  );
}
