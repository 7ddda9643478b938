import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { TextField } from '../ui/fields';
import { FormProblem } from '../ui/problem-view';
import { messages } from './messages';
import { SecondStep } from './second-step';
import { signIn, signOut } from './session';
import styles from './sign-in.module.css';

interface Props {
  email?: string;
  /** The person is known and signs in once more. */
  isAgain?: boolean;
  onSignedIn?: () => void;
}

export function SignInForm({ email: known = '', isAgain = false, onSignedIn }: Props) {
  const t = useText(messages);
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const { mutate, isPending, error, reset } = useMutation<void, ApiProblem>({
    mutationFn: () => signIn(email, password),
    onSuccess: onSignedIn,
    networkMode: 'always',
    retry: false,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate();
  };
  if (error?.secondFactor) {
    const goBack = () => {
      setPassword('');
      reset();
    };
    return <SecondStep demand={error.secondFactor} onSignedIn={onSignedIn} onBack={goBack} />;
  }
  return (
    <form onSubmit={submit} className={styles.form} noValidate={false}>
      <FormProblem
        problem={error}
        texts={{ credentials_invalid: t('credentialsInvalid'), invalid_request: t('credentialsInvalid') }}
      />
      <TextField
        label={t('email')}
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        maxLength={250}
        isReadOnly={isAgain}
        isRequired
        autoFocus={!isAgain}
      />
      <TextField
        label={t('password')}
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        maxLength={100}
        isRequired
        autoFocus={isAgain}
      />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" isPending={isPending}>
          {t('signIn')}
        </Button>
        {isAgain && (
          <Button variant="quiet" onPress={() => void signOut()}>
            {t('signOutInstead')}
          </Button>
        )}
      </div>
    </form>
  );
}
