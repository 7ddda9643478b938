import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

export function useDocumentTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Credence' ? title : `${title} · Credence`;
  }, [title]);
}

interface Props {
  title: string;
  /** Beside the title. */
  actions?: ReactNode;
  /** Under the title. */
  subtitle?: ReactNode;
  children: ReactNode;
}

/** A screen: its title is the document's, and gets the focus when one arrives from another screen. */
export function Page({ title, actions, subtitle, children }: Props) {
  useDocumentTitle(title);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Not after a reload, where the browser begins at the top; nor while a field of the page has it.
    if (document.activeElement === document.body || document.activeElement?.tagName === 'A') heading.current?.focus();
  }, []);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {subtitle && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}

/** A part of a screen with a heading of its own. */
export function Section({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2>{title}</h2>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
