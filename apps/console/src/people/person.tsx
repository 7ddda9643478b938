import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { answer, api } from '../api/client';
import { Needs } from '../shell/layout';
import { Page } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { PageSkeleton } from '../ui/skeleton';
import { CertificateList } from './certificate-list';

export function Component() {
  const { userUuid = '' } = useParams();
  return (
    <Needs permission="user:read">
      <Person userUuid={userUuid} />
    </Needs>
  );
}

function Person({ userUuid }: { userUuid: string }) {
  const query = useQuery({
    queryKey: ['users', userUuid],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/shared/users/{user_id}', { params: { path: { user_id: userUuid } }, signal })),
  });
  if (query.isPending) return <PageSkeleton />;
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  const { firstName, lastName, email } = query.data;
  return (
    <Page title={`${firstName} ${lastName}`} subtitle={email}>
      <CertificateList userUuid={userUuid} />
    </Page>
  );
}
