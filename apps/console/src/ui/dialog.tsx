import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useText } from '../i18n/intl';
import { Button, IconButton } from './button';
import styles from './dialog.module.css';
import { messages } from './messages';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose?: () => void;
  /** It has to be answered: no cross, no Escape. */
  isRequired?: boolean;
  isWide?: boolean;
  children: ReactNode;
}

/** The browser's own modal dialog: the page behind is inert, the focus stays inside and goes back where it was. */
export function Dialog({ title, isOpen, onClose, isRequired = false, isWide = false, children }: DialogProps) {
  const t = useText(messages);
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!isOpen || !dialog) return;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>('[autofocus], input:not([readonly]), select, textarea')?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [isOpen]);
  if (!isOpen) return null;
  return (
    <dialog
      ref={ref}
      className={`${styles.dialog} ${isWide ? styles.wide : ''}`}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onKeyDownCapture={(event) => {
        // The first Escape is for the list of a ComboBox.
        if (event.key === 'Escape' && hasOpenList(event.target)) event.preventDefault();
      }}
      onKeyDown={(event) => {
        if (event.defaultPrevented) return;
        // Chromium closes at the second Escape whatever was said at the first.
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          onClose?.();
        }
      }}
    >
      <header className={styles.header}>
        <h2 id={id}>{title}</h2>
        {!isRequired && onClose && <IconButton label={t('close')} icon="cross" onPress={onClose} />}
      </header>
      <div className={styles.body}>{children}</div>
    </dialog>
  );
}

function hasOpenList(target: EventTarget): boolean {
  return target instanceof Element && target.getAttribute('aria-expanded') === 'true';
}

/** The row of buttons at the end of a dialog or form. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}

interface ConfirmProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** The verb of what is about to happen. */
  action: string;
  onConfirm: () => void;
  isPending?: boolean;
  isDangerous?: boolean;
  children: ReactNode;
}

export function ConfirmDialog({
  title,
  isOpen,
  onClose,
  action,
  onConfirm,
  isPending = false,
  isDangerous = false,
  children,
}: ConfirmProps) {
  const t = useText(messages);
  return (
    <Dialog title={title} isOpen={isOpen} onClose={onClose}>
      {children}
      <Actions>
        <Button variant={isDangerous ? 'danger' : 'primary'} isPending={isPending} onPress={onConfirm}>
          {action}
        </Button>
        <Button variant="quiet" onPress={onClose}>
          {t('cancel')}
        </Button>
      </Actions>
    </Dialog>
  );
}
