import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { useText } from '../i18n/intl';
import { ProfileStateBadge } from '../ui/badges';
import { ProblemView } from '../ui/problem-view';
import { messages } from './messages';
import { papersKey } from './papers';
import styles from './papers.module.css';

/** How far a person's papers are, taken together. */
export function Summary({ userUuid }: { userUuid: string }) {
  const t = useText(messages);
  const query = useQuery({
    queryKey: [...papersKey(userUuid), 'summary'],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/crew/users/{user_id}/verification', { params: { path: { user_id: userUuid } }, signal })),
  });
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <div className={styles.summary} aria-busy="true" />;
  const { state, items } = query.data;
  const count = (status: string) => items.filter((item) => item.status === status).length;
  const parts = [
    ['countRejected', count('rejected')],
    ['countPending', count('pending')],
    ['countVerified', count('verified')],
  ] as const;
  return (
    <div className={styles.summary}>
      <ProfileStateBadge state={state} />
      <span className={styles.muted}>
        {parts
          .filter(([, number]) => number > 0)
          .map(([key, number]) => t(key, { count: number }))
          .join(' · ') || t('noPapers')}
      </span>
    </div>
  );
}
