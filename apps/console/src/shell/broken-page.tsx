import { useRouteError } from 'react-router';
import { useText } from '../i18n/intl';
import { Button, LinkButton } from '../ui/button';
import { messages } from '../ui/messages';
import { Page } from '../ui/page';

/** A screen that threw, or whose code could not be loaded: after an upgrade the files have other names, so reloading helps. */
export function BrokenPage() {
  const t = useText(messages);
  const error = useRouteError();
  return (
    <Page title={t('crashed')}>
      <p>{t('crashedHelp')}</p>
      {error instanceof Error && <code>{error.message}</code>}
      <div>
        <Button variant="primary" icon="refresh" onPress={() => window.location.reload()}>
          {t('reload')}
        </Button>
      </div>
    </Page>
  );
}

export function NotFound() {
  const t = useText(messages);
  return (
    <Page title={t('notFound')}>
      <p>{t('notFoundHelp')}</p>
      <div>
        <LinkButton to="/" variant="primary">
          {t('toStart')}
        </LinkButton>
      </div>
    </Page>
  );
}
