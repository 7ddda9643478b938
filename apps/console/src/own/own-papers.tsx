import { useText } from '../i18n/intl';
import { messages } from '../people/messages';
import { PapersView } from '../people/papers-view';
import { Summary } from '../people/summary';
import { useSession } from '../session/session-context';
import { Needs } from '../shell/layout';
import { Page } from '../ui/page';

/** A professional's side: what is rejected or missing first, each with its reason and the one thing to do. */
export function Component() {
  const t = useText(messages);
  const { userId: uuid, id: userId, person } = useSession();
  const owner = { uuid, userId, name: `${person.firstName} ${person.lastName}` };
  return (
    <Needs permission="certificate:read">
      <Page title={t('ownTitle')}>
        <Summary owner={owner} />
        <PapersView owner={owner} />
      </Page>
    </Needs>
  );
}
