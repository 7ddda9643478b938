import type { ReactNode } from 'react';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences';
import styles from './sign-in.module.css';

/** What somebody sees who is not signed in yet. */
export function SignInPage({ title = 'Credence', children }: { title?: string; children: ReactNode }) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={40} height={40} />
        <h1>{title}</h1>
        {children}
      </div>
      <div className={styles.preferences}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  );
}
