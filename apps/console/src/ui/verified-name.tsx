import type { Schemas } from '../api/client';
import { useText } from '../i18n/intl';
import styles from './badges.module.css';
import { Icon } from './icon';
import { messages } from './messages';
import { isSameName } from './names';

interface Props {
  verification: Pick<Schemas['AnyVerificationResponse'], 'status' | 'verifiedName'>;
  /** What the person is called now. */
  holder: string;
}

/** Of what is verified: the name that the reviewer vouched for, where it is not the one that the person has now. */
export function VerifiedName({ verification: { status, verifiedName }, holder }: Props) {
  const t = useText(messages);
  if (status !== 'verified' || (verifiedName !== null && isSameName(verifiedName, holder))) return null;
  return (
    <span className={styles.aside}>
      <Icon name="warning" size={14} />
      {verifiedName === null ? t('verifiedNameUnknown') : t('verifiedUnder', { name: verifiedName })}
    </span>
  );
}
