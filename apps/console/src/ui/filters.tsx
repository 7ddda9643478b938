import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import { useText } from '../i18n/intl';
import { Button } from './button';
import { DateField, type Option, Select, TextField } from './fields';
import styles from './filters.module.css';
import { messages } from './messages';

const TYPING_PAUSE_MS = 300;

export interface UrlFilters<N extends string> {
  values: Readonly<Partial<Record<N, string>>>;
  set: (name: N, value: string) => void;
  clear: () => void;
  isFiltered: boolean;
}

/** Filters live in the address: a link, a reload and the back button bring the same list. */
export function useUrlFilters<N extends string>(names: readonly N[]): UrlFilters<N> {
  const [params, setParams] = useSearchParams();
  const values: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) values[name] = value;
  }
  const update = (change: (next: URLSearchParams) => void) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        change(next);
        return next;
      },
      { replace: true },
    );
  return {
    values,
    set: (name, value) => update((next) => (value ? next.set(name, value) : next.delete(name))),
    clear: () => update((next) => names.forEach((name) => next.delete(name))),
    isFiltered: Object.keys(values).length > 0,
  };
}

export type Filter<N extends string> =
  | { name: N; label: string; kind: 'search'; maxLength?: number }
  | { name: N; label: string; kind: 'date' }
  | { name: N; label: string; kind: 'select'; options: readonly Option[] };

/** The row of filters above a list. */
export function Filters<N extends string>({
  filters,
  state,
  children,
}: {
  filters: readonly Filter<N>[];
  state: UrlFilters<N>;
  children?: ReactNode;
}) {
  const t = useText(messages);
  return (
    <div className={styles.filters} role="search" aria-label={t('filters')}>
      {filters.map((filter) => (
        <div key={filter.name} className={styles[filter.kind]}>
          <FilterControl
            filter={filter}
            value={state.values[filter.name] ?? ''}
            onChange={(value) => state.set(filter.name, value)}
          />
        </div>
      ))}
      {children}
      {state.isFiltered && (
        <Button variant="quiet" onPress={state.clear}>
          {t('clearFilters')}
        </Button>
      )}
    </div>
  );
}

function FilterControl<N extends string>({
  filter,
  value,
  onChange,
}: {
  filter: Filter<N>;
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useText(messages);
  const { label } = filter;
  if (filter.kind === 'search') {
    return <SearchField label={label} value={value} onChange={onChange} maxLength={filter.maxLength ?? 200} />;
  }
  if (filter.kind === 'date') return <DateField label={label} value={value} onChange={onChange} />;
  return <Select label={label} value={value} onChange={onChange} none={t('all')} options={filter.options} />;
}

/** Searches when the typing pauses. */
export function SearchField({
  label,
  value,
  onChange,
  maxLength,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  maxLength: number;
}) {
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  const pause = useRef<number>(undefined);
  // The address changed by other means: back, a link, "clear filters".
  if (value !== shown) {
    setShown(value);
    setText(value);
  }
  useEffect(() => () => window.clearTimeout(pause.current), []);
  const type = (next: string) => {
    setText(next);
    window.clearTimeout(pause.current);
    pause.current = window.setTimeout(() => {
      setShown(next.trim());
      onChange(next.trim());
    }, TYPING_PAUSE_MS);
  };
  return <TextField label={label} type="search" value={text} onChange={type} maxLength={maxLength} />;
}
