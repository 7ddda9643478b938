import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, useLocation, useParams } from 'react-router';
import { answer, api, type Schemas } from '../api/client';
import { Ago, DateText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Needs } from '../shell/layout';
import { MembershipBadge } from '../ui/badges';
import { LinkButton } from '../ui/button';
import { useLabels } from '../ui/labels';
import { Page } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { PageSkeleton } from '../ui/skeleton';
import { messages } from './messages';
import { PapersView } from './papers-view';
import styles from './papers.module.css';
import { Summary } from './summary';

export function Component() {
  const { userUuid = '' } = useParams();
  const { pathname } = useLocation();
  if (pathname.endsWith('/certificates/new')) return <Navigate to={`/people/${userUuid}?form=certificate`} replace />;
  return (
    <Needs permission="user:read">
      <Person key={userUuid} userUuid={userUuid} />
    </Needs>
  );
}

function Person({ userUuid }: { userUuid: string }) {
  const t = useText(messages);
  const canReview = useCan('queue:read');
  const query = useQuery({
    queryKey: ['users', userUuid],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/shared/users/{user_id}', { params: { path: { user_id: userUuid } }, signal })),
  });
  if (query.isPending) return <PageSkeleton />;
  if (query.error) {
    return (
      <Page title={t('people')}>
        <ProblemView problem={query.error} onRetry={() => void query.refetch()} />
      </Page>
    );
  }
  const { firstName, lastName, userId } = query.data;
  const owner = { uuid: userUuid, userId, name: `${firstName} ${lastName}` };
  return (
    <Page
      title={owner.name}
      subtitle={<Link to="/people">{t('backToPeople')}</Link>}
      actions={
        canReview && (
          <LinkButton to={`/review?person=${userUuid}`} icon="check">
            {t('waitingForReview')}
          </LinkButton>
        )
      }
    >
      <Profile person={query.data} />
      <Summary owner={owner} />
      <PapersView owner={owner} />
    </Page>
  );
}

function Profile({ person }: { person: Schemas['UserResponse'] }) {
  const t = useText(messages);
  const { label } = useLabels();
  return (
    <dl className={styles.facts} aria-label={t('profile')}>
      <div>
        <dt>{t('email')}</dt>
        <dd>{person.email}</dd>
      </div>
      <div>
        <dt>{t('role')}</dt>
        <dd>{label(person.role)}</dd>
      </div>
      <div>
        <dt>{t('state')}</dt>
        <dd>
          <MembershipBadge state={person.state} />
        </dd>
      </div>
      <div>
        <dt>{t('lastLogin')}</dt>
        <dd>{person.lastLogin ? <Ago value={person.lastLogin} /> : t('never')}</dd>
      </div>
      <div>
        <dt>{t('memberSince')}</dt>
        <dd>
          <DateText value={person.createdAt} />
        </dd>
      </div>
    </dl>
  );
}
