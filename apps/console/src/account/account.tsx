import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { DeviceTable } from '../administration/device-table';
import { ChangedMeanwhile } from '../administration/meanwhile';
import { answer, answerWithTag, api, change, type Schemas } from '../api/client';
import { useEditing } from '../api/editing';
import { useChange, usePages } from '../api/queries';
import { Ago } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useCan, useSession } from '../session/session-context';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { TextField } from '../ui/fields';
import { useLabels } from '../ui/labels';
import { Page, Section } from '../ui/page';
import { FormProblem, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import styles from './account.module.css';
import { messages } from './messages';
import { SecondFactor } from './second-factor';

export function Component() {
  const t = useText(messages);
  const { sessionId } = useSession();
  const canEnd = useCan('session:end');
  return (
    <Page title={t('title')}>
      <div className={styles.columns}>
        <Section title={t('name')}>
          <Name />
        </Section>
        <Section title={t('password')}>{sessionId === null ? <p>{t('provider')}</p> : <Password />}</Section>
        <Section title={t('preferences')}>
          <div className={styles.form}>
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </Section>
      </div>
      {sessionId !== null && <SecondFactor />}
      {canEnd && (
        <Section title={t('sessions')}>
          <OwnSessions />
        </Section>
      )}
      <Section title={t('reads')}>
        <FileReads />
      </Section>
    </Page>
  );
}

const NAMES = ['firstName', 'lastName'] as const;

function Name() {
  const t = useText(messages);
  const toasts = useToasts();
  const { person } = useSession();
  const editing = useEditing<Schemas['UserResponse']>({
    queryKey: ['profile'],
    load: (signal) => answerWithTag(api.GET('/api/v1/shared/users/me', { signal })),
    save: ({ firstName, lastName }, key, etag) =>
      answer(
        api.PATCH('/api/v1/shared/users/me', {
          params: { header: change(key, etag) },
          body: { firstName, lastName },
        }),
      ),
    fields: NAMES,
    invalidates: [['session'], ['users'], ['roster']],
    onSaved: () => toasts.say(t('saved')),
  });
  const { problem, value, set } = editing;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        editing.submit();
      }}
    >
      <FormProblem problem={problem} fields={NAMES} />
      <ChangedMeanwhile
        {...editing}
        changes={editing.meanwhile}
        nameOf={(field) => t(field as (typeof NAMES)[number])}
        wordOf={(word) => String(word)}
      />
      <TextField
        label={t('firstName')}
        autoComplete="given-name"
        value={value('firstName') ?? person.firstName}
        onChange={(next) => set('firstName', next)}
        maxLength={100}
        error={problem?.fields['firstName']}
        isRequired
      />
      <TextField
        label={t('lastName')}
        autoComplete="family-name"
        value={value('lastName') ?? person.lastName}
        onChange={(next) => set('lastName', next)}
        maxLength={100}
        hint={`${t('nameHelp')} ${t('emailHelp', { email: person.email })}`}
        error={problem?.fields['lastName']}
        isRequired
      />
      <div>
        <Button type="submit" isPending={editing.isPending} isDisabled={!editing.isChanged}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}

function Password() {
  const t = useText(messages);
  const toasts = useToasts();
  const { person } = useSession();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const changing = useChange(
    () => answer(api.POST('/api/v1/shared/users/me/password', { body: { currentPassword, newPassword } })),
    {
      invalidates: [['sessions']],
      onSuccess: () => {
        setCurrent('');
        setNew('');
        toasts.say(t('changed'));
      },
    },
  );
  const { problem } = changing;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    changing.run();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <FormProblem problem={problem} fields={['currentPassword', 'newPassword']} />
      {/* For password managers: whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={person.email} readOnly />
      <TextField
        label={t('current')}
        type="password"
        autoComplete="current-password"
        value={currentPassword}
        onChange={setCurrent}
        maxLength={100}
        error={problem?.fields['currentPassword']}
        isRequired
      />
      <TextField
        label={t('new')}
        type="password"
        autoComplete="new-password"
        value={newPassword}
        onChange={setNew}
        maxLength={100}
        hint={t('newHint')}
        error={problem?.fields['newPassword']}
        isRequired
      />
      <div>
        <Button type="submit" isPending={changing.isPending}>
          {t('change')}
        </Button>
      </div>
    </form>
  );
}

function OwnSessions() {
  const t = useText(messages);
  const toasts = useToasts();
  const query = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/shared/users/me/sessions', { signal })),
  });
  const ending = useChange(
    (sessionId: string) =>
      answer(
        api.DELETE('/api/v1/shared/users/me/sessions/{session_id}', { params: { path: { session_id: sessionId } } }),
      ),
    {
      invalidates: [['sessions']],
      onSuccess: () => toasts.say(t('ended')),
      onError: (problem) => toasts.problem(problem),
    },
  );
  if (query.isPending) return <Skeleton rows={3} />;
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  return <DeviceTable devices={query.data} onEnd={({ id }) => ending.run(id)} />;
}

type FileRead = Schemas['FileReadResponse'];

function FileReads() {
  const t = useText(messages);
  const { label } = useLabels();
  const pages = usePages(['file-reads'], (cursor, signal) =>
    answer(api.GET('/api/v1/shared/users/me/file-reads', { params: { query: { limit: 10, cursor } }, signal })),
  );
  const columns: Column<FileRead>[] = [
    { key: 'reader', header: t('reader'), cell: ({ reader }) => reader.name ?? t('system') },
    {
      key: 'what',
      header: t('what'),
      cell: ({ targetType }) => (targetType === 'upload' ? t('upload') : label(targetType)),
    },
    { key: 'when', header: t('when'), cell: ({ at }) => <Ago value={at} /> },
  ];
  return (
    <DataTable label={t('reads')} pages={pages} columns={columns} rowKey={({ id }) => id} emptyText={t('noReads')} />
  );
}
