import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import type { ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { Button, IconButton } from './button';
import { Icon } from './icon';
import { messages } from './messages';
import { useProblemText } from './problem-view';
import styles from './toasts.module.css';

const SHOWN_MS = 6_000;

interface Toast {
  id: number;
  text: string;
  tone: 'good' | 'bad';
  requestId: string | null;
  action: { label: string; run: () => void } | null;
}

interface Toasts {
  /** Says that something has happened; goes away by itself. */
  say: (text: string, action?: Toast['action']) => void;
  /** Says what went wrong; stays until it is dismissed. */
  problem: (problem: ApiProblem, texts?: Readonly<Record<string, string>>) => void;
}

const ToastContext = createContext<Toasts | null>(null);

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('useToasts outside of ToastProvider');
  return toasts;
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useText(messages);
  const words = useProblemText();
  const [shown, setShown] = useState<Toast[]>([]);
  const next = useRef(1);
  const remove = useCallback((id: number) => setShown((before) => before.filter((toast) => toast.id !== id)), []);
  const toasts = useMemo<Toasts>(() => {
    const add = (toast: Omit<Toast, 'id'>) => {
      const id = next.current++;
      setShown((before) => [...before.slice(-3), { ...toast, id }]);
    };
    return {
      say: (text, action = null) => add({ text, tone: 'good', requestId: null, action }),
      problem: (problem, texts) =>
        add({ text: words(problem, texts), tone: 'bad', requestId: problem.requestId, action: null }),
    };
  }, [words]);
  return (
    <ToastContext value={toasts}>
      {children}
      <section className={styles.region} aria-label={t('notifications')} aria-live="polite" aria-atomic="false">
        {shown.map((toast) => (
          <ToastView key={toast.id} toast={toast} onClose={remove} />
        ))}
      </section>
    </ToastContext>
  );
}

function ToastView({ toast, onClose }: { toast: Toast; onClose: (id: number) => void }) {
  const t = useText(messages);
  const { id, tone, text, requestId, action } = toast;
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (tone === 'bad' || isHeld) return;
    const timer = window.setTimeout(() => onClose(id), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [id, tone, isHeld, onClose]);
  return (
    <div
      className={`${styles.toast} ${styles[tone]}`}
      role="presentation"
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={tone === 'good' ? 'check' : 'warning'} />
      <div className={styles.text}>
        {text}
        {requestId && <div className={styles.request}>{t('requestId', { id: requestId })}</div>}
      </div>
      {action && (
        <Button
          variant="quiet"
          onPress={() => {
            onClose(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label={t('dismiss')} icon="cross" onPress={() => onClose(id)} />
    </div>
  );
}
