import { useState } from 'react';
import { answer, api, type Schemas } from '../api/client';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { TextField } from '../ui/fields';
import { FormDialog } from '../ui/form-dialog';
import { useToasts } from '../ui/toasts';
import styles from './account.module.css';
import { PasswordDialog } from './password-dialog';
import { QrCode } from './qr-code';
import { messages } from './second-factor-messages';

interface Props {
  /** With the recovery codes, if it is the first second factor. */
  onAdded: (codes: string[] | null) => void;
  onClose: () => void;
}

type Begun = Schemas['BegunAuthenticatorAppResponse'];

const OWN = '/api/v1/shared/users/me/second-factor/authenticator-app';

/** First the password, then the secret for the app and a code that shows that the app has it. */
export function AddApp({ onAdded, onClose }: Props) {
  const t = useText(messages);
  const [begun, setBegun] = useState<Begun | null>(null);
  const beginning = useChange(
    (currentPassword: string) => answer(api.POST(`${OWN}/begin`, { body: { currentPassword } })),
    { onSuccess: setBegun },
  );
  if (begun) return <ConfirmApp begun={begun} onAdded={onAdded} onClose={onClose} />;
  return (
    <PasswordDialog title={t('addApp')} action={t('goOn')} sending={beginning} onClose={onClose}>
      <p>{t('appHelp')}</p>
    </PasswordDialog>
  );
}

function ConfirmApp({ begun: { token, secret, uri }, onAdded, onClose }: Props & { begun: Begun }) {
  const t = useText(messages);
  const toasts = useToasts();
  const [code, setCode] = useState('');
  const adding = useChange(() => answer(api.POST(OWN, { body: { token, code } })), {
    invalidates: [['second-factor']],
    onSuccess: ({ recoveryCodes }) => {
      toasts.say(t('appAdded'));
      onAdded(recoveryCodes);
    },
  });
  return (
    <FormDialog
      title={t('addApp')}
      onClose={onClose}
      sending={adding}
      onSubmit={() => adding.run()}
      action={t('addApp')}
      fields={['code']}
      texts={{ enrolment_expired: t('enrolmentExpired') }}
    >
      <p>{t('scan')}</p>
      <QrCode text={uri} label={t('qrLabel')} />
      <p>
        {t('orType')} <code className={styles.secret}>{secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <TextField
        label={t('code')}
        autoComplete="one-time-code"
        value={code}
        onChange={(next) => setCode(next.replace(/\s/g, ''))}
        maxLength={8}
        error={adding.problem?.fields['code']}
        isRequired
      />
    </FormDialog>
  );
}
