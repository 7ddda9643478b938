import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useMemo, useState } from 'react';
import { useText } from '../i18n/intl';
import { Dialog } from './dialog';
import { Checkbox } from './fields';
import { messages } from './messages';
import styles from './shortcuts.module.css';

export interface Shortcut {
  /** As `KeyboardEvent.key`: `v`, `ArrowDown`, `?`. Letters count with or without shift. */
  key: string;
  /** What it does, for the help. */
  label: string;
  run: () => void;
  isDisabled?: boolean;
  /** Goes on while the key is held down. */
  isRepeated?: boolean;
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
    if (!shortcut || shortcut.isDisabled || isElsewhere(event) || areKeysOff()) return;
    event.preventDefault();
    if (!event.repeat || shortcut.isRepeated) shortcut.run();
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
  if (target.isContentEditable || target.closest(TAKES_KEYS)) return true;
  return document.querySelector('dialog[open]') !== null;
}

/** Where single keys have a meaning of their own. */
const TAKES_KEYS =
  'input:not([type=checkbox], [type=radio]), select, textarea, [role=menu], [role=listbox], [role=dialog]';

/** WCAG 2.2, 2.1.4: who speaks to the computer, or hits keys by accident, can do without them. */
const KEYS_OFF = 'credence.keys-off';
const areKeysOff = () => localStorage.getItem(KEYS_OFF) !== null;

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
  const [isOff, setOff] = useState(areKeysOff);
  const switchKeys = (isOn: boolean) => {
    if (isOn) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, '');
    setOff(!isOn);
  };
  const listed = registered.flat();
  return (
    <ShortcutContext value={registry}>
      <HelpKey onOpen={registry.showHelp} />
      {children}
      <Dialog title={t('shortcuts')} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Checkbox label={t('useKeys')} isSelected={!isOff} onChange={switchKeys} />
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
    if (event.key !== '?' || isElsewhere(event) || areKeysOff()) return;
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
