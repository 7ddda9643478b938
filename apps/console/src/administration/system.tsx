import { useQuery } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api/client';
import { useChange } from '../api/queries';
import { Ago, DateTimeText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Needs } from '../shell/layout';
import { Badge } from '../ui/badges';
import { Button } from '../ui/button';
import { type Column, Table } from '../ui/data-table';
import { Page, Section } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import styles from './administration.module.css';
import { messages } from './messages';

type State = Schemas['SystemResponse'];
type FailedJob = Schemas['FailedJobResponse'];
type Check = keyof State['checks'];

const SYSTEM = '/api/v1/shared/system';
const LOOK_AGAIN_MS = 15_000;
const SECONDS_PER_MINUTE = 60;

export function Component() {
  return (
    <Needs permission="system:read">
      <System />
    </Needs>
  );
}

function System() {
  const t = useText(messages);
  const query = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => answer(api.GET(SYSTEM, { signal })),
    refetchInterval: LOOK_AGAIN_MS,
  });
  if (query.isPending) return <Skeleton />;
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Page title={t('systemTab')} subtitle={t('systemVersion', { version: query.data.version })} actions={<TryMail />}>
      <Health state={query.data} />
      <FailedJobs />
    </Page>
  );
}

function Health({ state }: { state: State }) {
  const t = useText(messages);
  const { checks, waitingJobs, longestWaitSeconds, workers } = state;
  const facts = [
    { key: 'waitingJobs', value: String(waitingJobs) },
    { key: 'longestWait', value: t('minutes', { count: Math.floor((longestWaitSeconds ?? 0) / SECONDS_PER_MINUTE) }) },
    { key: 'workers', value: String(workers) },
  ] as const;
  return (
    <dl className={styles.facts}>
      {(Object.keys(checks) as Check[]).map((check) => (
        <div key={check}>
          <dt>{t(`check_${check}`)}</dt>
          <dd>
            {checks[check] === 'ok' ? (
              <Badge tone="good" icon="check">
                {t('works')}
              </Badge>
            ) : (
              <Badge tone="bad" icon="warning">
                {t('worksNot')}
              </Badge>
            )}
          </dd>
        </div>
      ))}
      {facts.map(({ key, value }) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>{t('lastBackup')}</dt>
        <dd>
          <LastBackup backup={state.lastBackup} />
        </dd>
      </div>
    </dl>
  );
}

function LastBackup({ backup }: { backup: State['lastBackup'] }) {
  const t = useText(messages);
  if (!backup) return t('noBackup');
  return (
    <>
      <Ago value={backup.endedAt} />{' '}
      {backup.outcome === 'failed' && (
        <Badge tone="bad" icon="warning">
          {t('backupFailed')}
        </Badge>
      )}
    </>
  );
}

function TryMail() {
  const t = useText(messages);
  const toasts = useToasts();
  const canManage = useCan('system:manage');
  const trying = useChange(() => answer(api.POST(`${SYSTEM}/mail-trials`)), {
    onSuccess: () => toasts.say(t('mailTried')),
    onError: (problem) => toasts.problem(problem),
  });
  if (!canManage) return null;
  return (
    <Button onPress={() => trying.run()} isDisabled={trying.isPending}>
      {t('tryMail')}
    </Button>
  );
}

function FailedJobs() {
  const t = useText(messages);
  const toasts = useToasts();
  const canManage = useCan('system:manage');
  const query = useQuery({
    queryKey: ['failed-jobs'],
    queryFn: ({ signal }) => answer(api.GET(`${SYSTEM}/failed-jobs`, { signal })),
  });
  const retrying = useChange(
    (id: number) => answer(api.POST(`${SYSTEM}/failed-jobs/{job_id}/retry`, { params: { path: { job_id: id } } })),
    {
      invalidates: [['failed-jobs'], ['system']],
      onSuccess: () => toasts.say(t('retried')),
      onError: (problem) => toasts.problem(problem),
    },
  );
  const columns: Column<FailedJob>[] = [
    { key: 'name', header: t('work'), cell: ({ name }) => name },
    {
      key: 'since',
      header: t('begun'),
      cell: ({ createdAt }) => <DateTimeText value={createdAt} />,
      isSecondary: true,
    },
    { key: 'failed', header: t('failedAt'), cell: ({ failedAt }) => <Ago value={failedAt} /> },
    { key: 'attempts', header: t('attempts'), cell: ({ attempts }) => attempts, isSecondary: true },
  ];
  if (canManage) {
    columns.push({
      key: 'actions',
      header: t('actions'),
      cell: ({ id }) => (
        <Button variant="quiet" icon="refresh" onPress={() => retrying.run(id)}>
          {t('retry')}
        </Button>
      ),
    });
  }
  return (
    <Section title={t('failedJobs')}>
      {query.isPending && <Skeleton />}
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <Table
          label={t('failedJobs')}
          rows={query.data}
          columns={columns}
          rowKey={({ id }) => String(id)}
          emptyText={t('noFailedJobs')}
        />
      )}
    </Section>
  );
}
