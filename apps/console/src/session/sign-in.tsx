import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { answer, api } from '../api/client';
import type { ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { TextField } from '../ui/fields';
import { useDocumentTitle } from '../ui/page';
import { FormProblem, Note } from '../ui/problem-view';
import { messages } from './messages';
import { nextOf } from './next';
import { ProviderLink } from './provider-link';
import { sessionState, subscribe } from './session';
import { SignInForm } from './sign-in-form';
import { SignInPage } from './sign-in-page';
import styles from './sign-in.module.css';

/** `/sign-in?next=`: afterwards the person is where they wanted to be. */
export function Component() {
  const t = useText(messages);
  useDocumentTitle(t('signIn'));
  const [params] = useSearchParams();
  const state = useSyncExternalStore(subscribe, sessionState);
  const [hasForgotten, setForgotten] = useState(false);
  const next = nextOf(params);
  if (state === 'signed-in') return <Navigate to={next} replace />;
  if (hasForgotten) {
    return (
      <SignInPage title={t('forgotTitle')}>
        <ForgottenPassword onBack={() => setForgotten(false)} />
      </SignInPage>
    );
  }
  return (
    <SignInPage>
      {params.get('reason') === 'expired' && <Note>{t('expired')}</Note>}
      <SignInForm />
      <ProviderLink next={next} />
      <Button variant="quiet" onPress={() => setForgotten(true)}>
        {t('forgot')}
      </Button>
    </SignInPage>
  );
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
