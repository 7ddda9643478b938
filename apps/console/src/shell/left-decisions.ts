import { useEffect } from 'react';
import { useSession } from '../session/session-context';

/** Decisions that this browser could not send the last time go out on whatever page their person comes back. */
export function useLeftDecisions(): void {
  const { userId, organizationId } = useSession();
  useEffect(() => {
    if (!Object.keys(localStorage).some((name) => name.startsWith('credence.decision.'))) return;
    void import('../review/outbox').then(({ outbox }) => outbox.open({ userId, organizationId }));
  }, [userId, organizationId]);
}
