import type { ReactNode } from 'react';
import styles from './empty.module.css';

/** Nothing to show, said in words, with what can be done about it. */
export function Empty({ text, children }: { text: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{text}</p>
      {children}
    </div>
  );
}
