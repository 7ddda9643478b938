import { useText } from '../i18n/intl';
import { LanguageSwitch, ThemeSwitch } from '../shell/preferences';
import { messages } from '../shell/messages';
import { Page } from '../ui/page';

export function Component() {
  const t = useText(messages);
  return (
    <Page title={t('account')}>
      <LanguageSwitch />
      <ThemeSwitch />
    </Page>
  );
}
