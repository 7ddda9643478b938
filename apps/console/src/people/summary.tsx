import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';
import { useText } from '../i18n/intl';
import { ProfileStateBadge } from '../ui/badges';
import { ProblemView } from '../ui/problem-view';
import { messages } from './messages';
import type { Owner } from './owner';
import { papersKey, usePapers } from './papers';
import styles from './papers.module.css';

/** How far a person's papers are, taken together. */
export function Summary({ owner }: { owner: Owner }) {
  const t = useText(messages);
  const { papers } = usePapers(owner);
  const query = useQuery({
    queryKey: [...papersKey(owner.uuid), 'summary'],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/crew/users/{user_id}/verification', { params: { path: { user_id: owner.uuid } }, signal }),
      ),
  });
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending || !papers) return <div className={styles.summary} aria-busy="true" />;
  // The answer speaks of the contract's papers only; here every kind counts.
  const count = (status: string) => papers.filter(({ verification }) => verification.status === status).length;
  const parts = [
    ['countRejected', count('rejected')],
    ['countPending', count('pending')],
    ['countVerified', count('verified')],
  ] as const;
  return (
    <div className={styles.summary}>
      <ProfileStateBadge state={query.data.state} />
      <span className={styles.muted}>
        {parts
          .filter(([, number]) => number > 0)
          .map(([key, number]) => t(key, { count: number }))
          .join(' · ') || t('noPapers')}
      </span>
    </div>
  );
}
