import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from 'react';
import { Navigate, useLocation } from 'react-router';
import { answer, api } from '../api/client';
import { useLanguage } from '../i18n/intl';
import { Dialog } from '../ui/dialog';
import { ProblemView } from '../ui/problem-view';
import { PageSkeleton } from '../ui/skeleton';
import { useText } from '../i18n/intl';
import { messages } from './messages';
import { ProviderLink } from './provider-link';
import { sessionState, setIdentity, subscribe } from './session';
import { type Session, SessionContext } from './session-context';
import { SignInForm } from './sign-in-form';

const SESSION_KEY = ['session'];

/** Everything inside is signed in. Nobody signed in: to the sign-in page and back. Session over: signed in again on the spot. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const state = useSyncExternalStore(subscribe, sessionState);
  const client = useQueryClient();
  const location = useLocation();
  const { suggest } = useLanguage();
  const query = useQuery({
    queryKey: SESSION_KEY,
    queryFn: fetchSession,
    enabled: state !== 'signed-out',
    staleTime: 60_000,
  });
  const session = useMemo<Session | null>(
    () => (query.data ? { ...query.data, permissions: new Set(query.data.permissions) } : null),
    [query.data],
  );

  useEffect(() => {
    if (!session) return;
    setIdentity(session);
    suggest(session.language);
  }, [session, suggest]);
  useEffect(() => {
    if (state === 'signed-out') client.clear();
  }, [state, client]);

  if (state === 'signed-out' || (state === 'expired' && !session)) {
    const next = `${location.pathname}${location.search}`;
    const reason = state === 'expired' ? '&reason=expired' : '';
    return <Navigate to={`/sign-in?next=${encodeURIComponent(next)}${reason}`} replace />;
  }
  if (!session) {
    return query.error ? <ProblemView problem={query.error} onRetry={() => void query.refetch()} /> : <PageSkeleton />;
  }
  return (
    <SessionContext value={session}>
      {children}
      {state === 'expired' && <SignInAgain email={session.person.email} />}
    </SessionContext>
  );
}

async function fetchSession({ signal }: { signal: AbortSignal }) {
  const [session, person] = await Promise.all([
    answer(api.GET('/api/v1/shared/users/me/session', { signal })),
    answer(api.GET('/api/v1/shared/users/me', { signal })),
  ]);
  return { ...session, person };
}

/** Over the page, which stays as it is: what was typed is still there afterwards, and what was being sent goes on. */
function SignInAgain({ email }: { email: string }) {
  const t = useText(messages);
  return (
    <Dialog title={t('expired')} isOpen isRequired>
      <p>{t('expiredHelp')}</p>
      <SignInForm email={email} isAgain />
      <ProviderLink next={null} isNewTab />
    </Dialog>
  );
}
