import { useText } from '../i18n/intl';
import { LinkButton } from '../ui/button';
import { messages } from './messages';
import { nameOf, useProvider } from './provider';
import styles from './sign-in.module.css';

interface Props {
  /** Where to afterwards; null: back to the tab that this one was opened from. */
  next: string | null;
  /** So that this page stays as it is. */
  isNewTab?: boolean;
}

/** The way to the identity provider, where there is one. */
export function ProviderLink({ next, isNewTab = false }: Props) {
  const t = useText(messages);
  const provider = useProvider();
  if (!provider) return null;
  const query = next === null ? '' : `?next=${encodeURIComponent(next)}`;
  return (
    <div className={styles.provider}>
      <LinkButton to={`/sign-in/provider${query}`} isReload isNewTab={isNewTab}>
        {t('withProvider', { provider: nameOf(provider) })}
      </LinkButton>
      {isNewTab && <p>{t('inAnotherTab')}</p>}
    </div>
  );
}
