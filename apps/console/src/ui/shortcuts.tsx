import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useText } from '../i18n/intl';
import { Dialog } from './dialog';
import { messages } from './messages';
import styles from './shortcuts.module.css';

export interface Shortcut {
  /** As `KeyboardEvent.key`: `v`, `ArrowDown`, `?`. Letters count with or without shift. */
  key: string;
  /** What it does, for the help. */
  label: string;
  run: () => void;
  isDisabled?: boolean;
}

interface Registry {
  add: (shortcuts: readonly Shortcut[]) => () => void;
  showHelp: () => void;
}

const ShortcutContext = createContext<Registry | null>(null);

const SHOWN: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': '␣',
};

/** Single keys, which mean nothing while somebody types or a dialog is open, nor together with Ctrl, Alt or Cmd. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const registry = useContext(ShortcutContext);
  const described = JSON.stringify(shortcuts.map(({ key, label }) => [key, label]));
  const current = useEffectEvent(() => shortcuts);
  useEffect(() => registry?.add(current()), [registry, described]);
  const press = useEffectEvent((event: KeyboardEvent) => {
    const shortcut = shortcuts.find(({ key }) => matches(key, event.key));
    if (!shortcut || shortcut.isDisabled || isElsewhere(event)) return;
    event.preventDefault();
    shortcut.run();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => press(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function matches(key: string, pressed: string): boolean {
  return key.length === 1 ? key.toLowerCase() === pressed.toLowerCase() : key === pressed;
}

function isElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('input:not([type=checkbox], [type=radio]), select, textarea'))
    return true;
  return document.querySelector('dialog[open]') !== null;
}

export function ShortcutProvider({ children }: { children: ReactNode }) {
  const t = useText(messages);
  const [isOpen, setOpen] = useState(false);
  const [registered, setRegistered] = useState<readonly (readonly Shortcut[])[]>([]);
  const registry = useMemo<Registry>(
    () => ({
      add: (shortcuts) => {
        setRegistered((before) => [...before, shortcuts]);
        return () => setRegistered((before) => before.filter((group) => group !== shortcuts));
      },
      showHelp: () => setOpen(true),
    }),
    [],
  );
  const listed = registered.flat();
  return (
    <ShortcutContext value={registry}>
      <HelpKey onOpen={registry.showHelp} />
      {children}
      <Dialog title={t('shortcuts')} isOpen={isOpen} onClose={() => setOpen(false)}>
        {listed.length === 0 && <p>{t('noShortcuts')}</p>}
        <dl className={styles.list}>
          {[...listed, { key: '?', label: t('showShortcuts') }].map(({ key, label }) => (
            <div key={`${key} ${label}`} className={styles.row}>
              <dt>
                <kbd>{SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key)}</kbd>
              </dt>
              <dd>{label}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </ShortcutContext>
  );
}

export function useShortcutHelp(): () => void {
  return useContext(ShortcutContext)?.showHelp ?? (() => undefined);
}

function HelpKey({ onOpen }: { onOpen: () => void }) {
  const open = useEffectEvent((event: KeyboardEvent) => {
    if (event.key !== '?' || isElsewhere(event)) return;
    event.preventDefault();
    onOpen();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => open(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return null;
}
