import { type ReactNode, useState } from 'react';
import type { Changing } from '../api/queries';
import { useText } from '../i18n/intl';
import { useSession } from '../session/session-context';
import { TextField } from '../ui/fields';
import { FormDialog } from '../ui/form-dialog';
import { messages } from './second-factor-messages';

interface Props<R> {
  title: string;
  action: string;
  sending: Changing<string, R>;
  onClose: () => void;
  children?: ReactNode;
}

/** What needs the password again, and nothing else. */
export function PasswordDialog<R>({ title, action, sending, onClose, children }: Props<R>) {
  const t = useText(messages);
  const [password, setPassword] = useState('');
  return (
    <FormDialog
      title={title}
      onClose={onClose}
      sending={sending}
      onSubmit={() => sending.run(password)}
      action={action}
      fields={['currentPassword']}
      texts={{ address_not_proved: t('addressNotProved') }}
    >
      {children}
      <CurrentPassword value={password} onChange={setPassword} error={sending.problem?.fields['currentPassword']} />
    </FormDialog>
  );
}

export function CurrentPassword(props: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const t = useText(messages);
  const { person } = useSession();
  return (
    <>
      {/* For password managers: whose password this is. */}
      <input type="hidden" name="username" autoComplete="username" value={person.email} readOnly />
      <TextField
        {...props}
        label={t('password')}
        type="password"
        autoComplete="current-password"
        maxLength={100}
        isRequired
      />
    </>
  );
}
