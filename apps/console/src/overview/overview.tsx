import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { answer, api } from '../api/client';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { Page } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { messages } from './messages';

export function Component() {
  return (
    <Needs permission="queue:read">
      <Overview />
    </Needs>
  );
}

function Overview() {
  const t = useText(messages);
  const query = useQuery({
    queryKey: ['queue', 'count'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/crew/queue', { params: { query: { limit: 1, include_count: true } }, signal })),
  });
  return (
    <Page title={t('title')}>
      {query.isPending && <Skeleton rows={2} />}
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Link to="/review">{t('waiting', { count: query.data.totalCount ?? 0 })}</Link>}
    </Page>
  );
}
