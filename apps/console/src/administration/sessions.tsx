import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/dialog';
import { Empty } from '../ui/empty';
import { ComboBox } from '../ui/fields';
import { useUrlFilters } from '../ui/filters';
import { Page } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import styles from './administration.module.css';
import { DeviceTable } from './device-table';
import { messages } from './messages';

export function Component() {
  return (
    <Needs permission="user-session:read">
      <Sessions />
    </Needs>
  );
}

/** `?person=<id>`: where somebody of the organisation is signed in. */
function Sessions() {
  const t = useText(messages);
  const filters = useUrlFilters(['person']);
  const { person } = filters.values;
  return (
    <Page title={t('sessions')}>
      <div className={styles.form}>
        <PersonBox value={person ?? ''} onChange={(next) => filters.set('person', next)} />
      </div>
      {person ? <SessionsOf key={person} userUuid={person} /> : <Empty text={t('choosePerson')} />}
    </Page>
  );
}

function PersonBox({ value, onChange }: { value: string; onChange: (userUuid: string) => void }) {
  const t = useText(messages);
  const [search, setSearch] = useState('');
  const found = useQuery({
    queryKey: ['users', 'search', search],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/shared/users', { params: { query: { limit: 20, search: search || undefined } }, signal }),
      ),
    placeholderData: (before) => before,
  });
  const options = (found.data?.items ?? []).map(({ id, firstName, lastName, email }) => ({
    value: id,
    label: `${firstName} ${lastName}, ${email}`,
  }));
  // What was chosen is written into the field as "name, address"; looking for that would find nobody.
  return (
    <ComboBox
      label={t('person')}
      value={value}
      onChange={onChange}
      options={options}
      onSearch={(text) => setSearch(text.split(',')[0]?.slice(0, 200) ?? '')}
      emptyText={t('nobodyFound')}
    />
  );
}

function SessionsOf({ userUuid }: { userUuid: string }) {
  const t = useText(messages);
  const toasts = useToasts();
  const canEnd = useCan('user-session:end');
  const [isEndingAll, setEndingAll] = useState(false);
  const path = { user_id: userUuid };
  const user = useQuery({
    queryKey: ['users', userUuid],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/shared/users/{user_id}', { params: { path }, signal })),
  });
  const query = useQuery({
    queryKey: ['sessions', userUuid],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/shared/users/{user_id}/sessions', { params: { path }, signal })),
  });
  const ending = useChange(
    (sessionId: string | null) =>
      sessionId === null
        ? answer(api.DELETE('/api/v1/shared/users/{user_id}/sessions', { params: { path } }))
        : answer(
            api.DELETE('/api/v1/shared/users/{user_id}/sessions/{session_id}', {
              params: { path: { ...path, session_id: sessionId } },
            }),
          ),
    {
      invalidates: [['sessions', userUuid]],
      onSuccess: () => {
        setEndingAll(false);
        toasts.say(t('ended'));
      },
      onError: (problem) => toasts.problem(problem),
    },
  );
  if (query.isPending) return <Skeleton />;
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  const name = user.data ? `${user.data.firstName} ${user.data.lastName}` : '';
  return (
    <>
      {name && <h2>{name}</h2>}
      <DeviceTable devices={query.data} onEnd={canEnd ? ({ id }) => ending.run(id) : null} />
      {canEnd && query.data.length > 0 && (
        <div>
          <Button variant="danger" onPress={() => setEndingAll(true)}>
            {t('endAll')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        title={t('endAllTitle', { name })}
        isOpen={isEndingAll}
        onClose={() => setEndingAll(false)}
        action={t('endAll')}
        onConfirm={() => ending.run(null)}
        isPending={ending.isPending}
        isDangerous
      >
        <p>{t('endAllHelp')}</p>
      </ConfirmDialog>
    </>
  );
}
