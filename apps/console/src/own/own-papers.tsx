import { useText } from '../i18n/intl';
import { CertificateList } from '../people/certificate-list';
import { useSession } from '../session/session-context';
import { messages } from '../shell/messages';
import { Page } from '../ui/page';

export function Component() {
  const t = useText(messages);
  const { userId } = useSession();
  return (
    <Page title={t('own')}>
      <CertificateList userUuid={userId} />
    </Page>
  );
}
