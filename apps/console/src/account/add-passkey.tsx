import { useState } from 'react';
import { answer, api } from '../api/client';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { makePasskey } from '../session/passkeys';
import { TextField } from '../ui/fields';
import { FormDialog } from '../ui/form-dialog';
import { useToasts } from '../ui/toasts';
import { CurrentPassword } from './password-dialog';
import { messages } from './second-factor-messages';

interface Props {
  /** With the recovery codes, if it is the first second factor. */
  onAdded: (codes: string[] | null) => void;
  onClose: () => void;
}

const OWN = '/api/v1/shared/users/me/second-factor/passkeys';

export function AddPasskey({ onAdded, onClose }: Props) {
  const t = useText(messages);
  const toasts = useToasts();
  const [name, setName] = useState('');
  const [currentPassword, setPassword] = useState('');
  const adding = useChange(
    async () => {
      const { token, options } = await answer(api.POST(`${OWN}/begin`, { body: { currentPassword } }));
      const credential = await makePasskey(options);
      return answer(api.POST(OWN, { body: { token, name, credential } }));
    },
    {
      invalidates: [['second-factor']],
      onSuccess: ({ recoveryCodes }) => {
        toasts.say(t('passkeyAdded'));
        onAdded(recoveryCodes);
      },
    },
  );
  const { problem } = adding;
  return (
    <FormDialog
      title={t('addPasskey')}
      onClose={onClose}
      sending={adding}
      onSubmit={() => adding.run()}
      action={t('addPasskey')}
      fields={['name', 'currentPassword']}
      texts={{
        address_not_proved: t('addressNotProved'),
        passkey_cancelled: t('passkeyCancelled'),
        passkey_exists: t('passkeyExists'),
      }}
    >
      <p>{t('passkeyHelp')}</p>
      <TextField
        label={t('passkeyName')}
        value={name}
        onChange={setName}
        maxLength={100}
        hint={t('passkeyNameHint')}
        error={problem?.fields['name']}
        isRequired
      />
      <CurrentPassword value={currentPassword} onChange={setPassword} error={problem?.fields['currentPassword']} />
    </FormDialog>
  );
}
