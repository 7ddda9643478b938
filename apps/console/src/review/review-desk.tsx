import { answer, api, type Schemas } from '../api/client';
import { usePages } from '../api/queries';
import { Ago } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { FileStateBadge } from '../ui/badges';
import { type Column, DataTable } from '../ui/data-table';
import { useLabels } from '../ui/labels';
import { Page } from '../ui/page';
import { messages } from './messages';

type Entry = Schemas['QueueEntryResponse'];

export function Component() {
  return (
    <Needs permission="queue:read">
      <Queue />
    </Needs>
  );
}

function Queue() {
  const t = useText(messages);
  const { label } = useLabels();
  const pages = usePages(['queue'], (cursor, signal) =>
    answer(api.GET('/api/v1/crew/queue', { params: { query: { limit: 50, cursor } }, signal })),
  );
  const columns: Column<Entry>[] = [
    { key: 'subject', header: t('subject'), cell: (entry) => label(entry.subject) },
    { key: 'person', header: t('person'), cell: ({ person }) => `${person.firstName} ${person.lastName}` },
    { key: 'number', header: t('number'), cell: (entry) => entry.submissionNumber, isNumeric: true },
    { key: 'submitted', header: t('submitted'), cell: (entry) => <Ago value={entry.submittedAt} /> },
    { key: 'file', header: t('file'), cell: (entry) => <FileStateBadge status={entry.fileStatus} /> },
  ];
  return (
    <Page title={t('title')}>
      <DataTable
        label={t('title')}
        pages={pages}
        columns={columns}
        rowKey={(entry) => entry.targetId}
        emptyText={t('empty')}
      />
    </Page>
  );
}
