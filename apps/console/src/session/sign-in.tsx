import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { answer, api } from '../api/client';
import type { ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences';
import { Button } from '../ui/button';
import { TextField } from '../ui/fields';
import { useDocumentTitle } from '../ui/page';
import { FormProblem, Note } from '../ui/problem-view';
import { messages } from './messages';
import { sessionState, subscribe } from './session';
import { SignInForm } from './sign-in-form';
import styles from './sign-in.module.css';

/** `/sign-in?next=`: afterwards the person is where they wanted to be. */
export function Component() {
  const t = useText(messages);
  useDocumentTitle(t('signIn'));
  const [params] = useSearchParams();
  const state = useSyncExternalStore(subscribe, sessionState);
  const [hasForgotten, setForgotten] = useState(false);
  if (state === 'signed-in') return <Navigate to={safeNext(params.get('next'))} replace />;
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <img src={`${import.meta.env.BASE_URL}icon.svg`} alt="" width={40} height={40} />
        <h1>{hasForgotten ? t('forgotTitle') : 'Credence'}</h1>
        {params.get('reason') === 'expired' && !hasForgotten && <Note>{t('expired')}</Note>}
        {hasForgotten ? <ForgottenPassword onBack={() => setForgotten(false)} /> : <SignInForm />}
        {!hasForgotten && (
          <Button variant="quiet" onPress={() => setForgotten(true)}>
            {t('forgot')}
          </Button>
        )}
      </div>
      <div className={styles.preferences}>
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
    </main>
  );
}

/** Only to pages of ours. */
function safeNext(next: string | null): string {
  return next?.startsWith('/') && !next.startsWith('//') && !next.startsWith('/sign-in') ? next : '/';
}

function ForgottenPassword({ onBack }: { onBack: () => void }) {
  const t = useText(messages);
  const [email, setEmail] = useState('');
  const { mutate, isPending, isSuccess, error } = useMutation<unknown, ApiProblem>({
    mutationFn: () => answer(api.POST('/auth/v1/rs/password/forgot', { body: { email } })),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate();
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <FormProblem problem={error} />
      {isSuccess ? (
        <Note>{t('forgotSent')}</Note>
      ) : (
        <>
          <p>{t('forgotHelp')}</p>
          <TextField
            label={t('email')}
            type="email"
            autoComplete="username"
            value={email}
            onChange={setEmail}
            maxLength={250}
            error={error?.fields['email']}
            isRequired
            autoFocus
          />
        </>
      )}
      <div className={styles.actions}>
        {!isSuccess && (
          <Button type="submit" variant="primary" isPending={isPending}>
            {t('forgotSend')}
          </Button>
        )}
        <Button variant="quiet" onPress={onBack}>
          {t('back')}
        </Button>
      </div>
    </form>
  );
}
