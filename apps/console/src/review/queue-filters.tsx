import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answer, api } from '../api/client';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { ComboBox } from '../ui/fields';
import { type Filter, Filters } from '../ui/filters';
import { CERTIFICATE_TYPES, IDENTITY_DOCUMENT_TYPES, TARGET_TYPES, useLabels } from '../ui/labels';
import { nameOf } from './desk-entry';
import { messages } from './messages';
import styles from './review.module.css';
import { AGES, type FilterName, type Queue } from './use-queue';

const AGE_TEXTS = {
  'older-1': 'olderThan1',
  'older-3': 'olderThan3',
  'older-7': 'olderThan7',
  'older-30': 'olderThan30',
  'newer-1': 'newerThan1',
} as const;

const TYPING_PAUSE_MS = 250;

/** Folded away until somebody needs them: the queue is worked from the top. */
export function QueueFilters({ filters }: { filters: Queue['filters'] }) {
  const t = useText(messages);
  const { label, options } = useLabels();
  const [isOpen, setOpen] = useState(filters.isFiltered);
  const titles = useQuery({
    queryKey: ['titles'],
    queryFn: ({ signal }) => answer(api.GET('/users-organizations/v1/rs/titles', { signal })),
    enabled: isOpen,
    staleTime: 300_000,
  });
  const count = Object.keys(filters.values).length;
  const types = [
    ...options(CERTIFICATE_TYPES),
    ...options(IDENTITY_DOCUMENT_TYPES),
    ...(titles.data?.data ?? []).map(({ name }) => ({ value: name, label: t('diplomaTitle', { title: name }) })),
  ];
  const controls: Filter<FilterName>[] = [
    {
      name: 'kind',
      label: t('kind'),
      kind: 'select',
      options: TARGET_TYPES.map((value) => ({ value, label: label(value) })),
    },
    { name: 'type', label: t('type'), kind: 'select', options: types },
    {
      name: 'age',
      label: t('age'),
      kind: 'select',
      options: AGES.map((value) => ({ value, label: t(AGE_TEXTS[value]) })),
    },
    {
      name: 'mine',
      label: t('claimed'),
      kind: 'select',
      options: [
        { value: 'me', label: t('claimedMe') },
        { value: 'nobody', label: t('claimedNobody') },
      ],
    },
  ];
  return (
    <div className={styles.filters}>
      <button
        type="button"
        className={styles.fold}
        aria-expanded={isOpen}
        aria-controls="queue-filters"
        onClick={() => setOpen(!isOpen)}
      >
        {t('showFilters')} {count > 0 && <span className={styles.count}>{count}</span>}
      </button>
      <div id="queue-filters" hidden={!isOpen}>
        {isOpen && (
          <Filters filters={controls} state={filters}>
            <PersonFilter value={filters.values.person ?? ''} onChange={(person) => filters.set('person', person)} />
          </Filters>
        )}
      </div>
    </div>
  );
}

/** One person, found by name among all. */
function PersonFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useText(messages);
  const [typed, setTyped] = useState('');
  const [search, setSearch] = useState('');
  useEffect(() => {
    const pause = window.setTimeout(() => setSearch(typed.trim()), TYPING_PAUSE_MS);
    return () => window.clearTimeout(pause);
  }, [typed]);
  const found = useQuery({
    queryKey: ['roster', 'find', search],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/crew/roster', { params: { query: { limit: 10, search } }, signal })),
    enabled: search.length > 1,
    staleTime: 60_000,
  });
  const chosen = useQuery({
    queryKey: ['users', value],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/shared/users/{user_id}', { params: { path: { user_id: value } }, signal })),
    enabled: value !== '',
  });
  const people = [...(chosen.data && value ? [chosen.data] : []), ...(found.data?.items ?? [])];
  const options = [
    ...new Map(people.map((person) => [person.id, { value: person.id, label: nameOf(person) }])).values(),
  ];
  if (value && chosen.data) {
    return (
      <div className={styles.chosen}>
        <span>{t('person')}</span>
        <Button icon="cross" onPress={() => onChange('')}>
          {nameOf(chosen.data)}
        </Button>
      </div>
    );
  }
  return (
    <ComboBox
      label={t('person')}
      hint={t('personHint')}
      value={value}
      onChange={onChange}
      options={options}
      onSearch={setTyped}
      emptyText={t('nobodyFound')}
    />
  );
}
