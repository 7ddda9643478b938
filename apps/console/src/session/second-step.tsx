import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { TextField } from '../ui/fields';
import { FormProblem } from '../ui/problem-view';
import { messages } from './messages';
import { canUsePasskeys, showPasskey } from './passkeys';
import { signInWithCode, signInWithPasskey } from './session';
import styles from './sign-in.module.css';

interface Props {
  demand: NonNullable<ApiProblem['secondFactor']>;
  onSignedIn: (() => void) | undefined;
  /** To the password again: this sign-in is over, or not wanted. */
  onBack: () => void;
}

/** After the password of somebody with a second factor: a passkey, a code of an app, or a recovery code. */
export function SecondStep({ demand: { token, methods, passkeyOptions }, onSignedIn, onBack }: Props) {
  const t = useText(messages);
  const [code, setCode] = useState('');
  const hasCodes = methods.some((method) => method !== 'passkey');
  const { mutate, isPending, error } = useMutation<void, ApiProblem, 'code' | 'passkey'>({
    mutationFn: async (method) => {
      if (method === 'code') return signInWithCode(token, code);
      return signInWithPasskey(token, await showPasskey(passkeyOptions ?? {}));
    },
    onSuccess: onSignedIn,
    networkMode: 'always',
    retry: false,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isPending) mutate('code');
  };
  const isOver = error?.code === 'second_factor_expired';
  const label = methods.includes('authenticator_app') ? t('appCode') : t('recoveryCode');
  return (
    <form onSubmit={submit} className={styles.form}>
      <FormProblem
        problem={error}
        texts={{
          second_factor_invalid: t('secondFactorInvalid'),
          second_factor_expired: t('secondFactorExpired'),
          too_many_attempts: t('tooManyAttempts'),
          passkey_cancelled: t('passkeyCancelled'),
        }}
      />
      {!isOver && <p>{t('secondStepHelp')}</p>}
      {!isOver && passkeyOptions && canUsePasskeys && (
        <div>
          <Button variant="primary" isPending={isPending} onPress={() => mutate('passkey')} autoFocus>
            {t('usePasskey')}
          </Button>
        </div>
      )}
      {!isOver && hasCodes && (
        <TextField
          label={label}
          name="code"
          autoComplete="one-time-code"
          value={code}
          onChange={setCode}
          maxLength={100}
          hint={methods.includes('authenticator_app') ? t('appCodeHint') : undefined}
          isRequired
          autoFocus={!passkeyOptions || !canUsePasskeys}
        />
      )}
      <div className={styles.actions}>
        {!isOver && hasCodes && (
          <Button type="submit" variant={passkeyOptions ? 'secondary' : 'primary'} isPending={isPending}>
            {t('signIn')}
          </Button>
        )}
        <Button variant="quiet" onPress={onBack}>
          {t('beginAgain')}
        </Button>
      </div>
    </form>
  );
}
