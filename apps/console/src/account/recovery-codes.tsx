import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Actions, Dialog } from '../ui/dialog';
import { Note } from '../ui/problem-view';
import { useToasts } from '../ui/toasts';
import styles from './account.module.css';
import { messages } from './second-factor-messages';

/** Closed by its button only: what is shown here is shown once. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  const copy = () => void navigator.clipboard?.writeText(codes.join('\n')).then(() => toasts.say(t('copied')));
  return (
    <Dialog title={t('codesTitle')} isOpen isRequired>
      <Note tone="warn">{t('codesHelp')}</Note>
      <ol className={styles.codes} aria-label={t('codesTitle')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <Actions>
        <Button icon="copy" onPress={copy}>
          {t('copy')}
        </Button>
        <Button variant="primary" onPress={onClose}>
          {t('codesKept')}
        </Button>
      </Actions>
    </Dialog>
  );
}
