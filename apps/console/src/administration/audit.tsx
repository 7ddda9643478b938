import { answer, api, type Schemas } from '../api/client';
import { usePages } from '../api/queries';
import { DateTimeText, useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Filters, useUrlFilters } from '../ui/filters';
import { Page } from '../ui/page';
import styles from './administration.module.css';
import { messages } from './messages';

type AuditRecord = Schemas['AuditRecordResponse'];

const NAMES = ['action', 'target_type', 'target_id', 'actor_id', 'user_id', 'from', 'to'] as const;
const TARGETS = [
  'certificate',
  'diploma',
  'identity_document',
  'upload',
  'user',
  'membership',
  'session',
  'invitation',
  'title',
  'organization',
  'api-key',
  'signing-key',
];

export function Component() {
  return (
    <Needs permission="audit:read">
      <Audit />
    </Needs>
  );
}

function Audit() {
  const t = useText(messages);
  const dates = useDates();
  const filters = useUrlFilters(NAMES);
  const { from, to, ...rest } = filters.values;
  // The last day counts to its end.
  const query = {
    ...rest,
    ...(from ? { from: dates.startOf(from) } : {}),
    ...(to ? { to: dates.startOf(to, 1) } : {}),
  };
  const pages = usePages(['audit', query], (cursor, signal) =>
    answer(api.GET('/api/v1/shared/audit', { params: { query: { limit: 50, cursor, ...query } }, signal })),
  );
  const columns: Column<AuditRecord>[] = [
    { key: 'when', header: t('when'), cell: ({ at }) => <DateTimeText value={at} /> },
    {
      key: 'who',
      header: t('who'),
      cell: ({ actor }) => {
        const name = actor.name ?? t('system');
        if (actor.id === null) return name;
        const id = actor.id;
        return (
          <Button variant="quiet" onPress={() => filters.set('actor_id', id)}>
            {name}
          </Button>
        );
      },
    },
    { key: 'action', header: t('action'), cell: ({ action }) => <code>{action}</code> },
    { key: 'target', header: t('target'), cell: ({ targetType }) => targetType, isSecondary: true },
    { key: 'changes', header: t('changes'), cell: (record) => <Changes record={record} /> },
  ];
  return (
    <Page title={t('audit')}>
      <Filters
        state={filters}
        filters={[
          { name: 'action', label: t('action'), kind: 'search', maxLength: 60 },
          {
            name: 'target_type',
            label: t('targetType'),
            kind: 'select',
            options: TARGETS.map((value) => ({ value, label: value })),
          },
          { name: 'actor_id', label: t('actorId'), kind: 'search', maxLength: 36 },
          { name: 'user_id', label: t('userId'), kind: 'search', maxLength: 36 },
          { name: 'target_id', label: t('targetId'), kind: 'search', maxLength: 60 },
          { name: 'from', label: t('from'), kind: 'date' },
          { name: 'to', label: t('to'), kind: 'date' },
        ]}
      />
      <DataTable
        label={t('audit')}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
        emptyText={t('noRecords')}
      />
    </Page>
  );
}

/** What changed from what to what; behind it what else is known. */
function Changes({ record }: { record: AuditRecord }) {
  const t = useText(messages);
  const { changes, details, address, requestId, targetId } = record;
  const word = (value: string | null, isKept: boolean) => (!isKept ? t('notKept') : (value ?? t('empty')));
  return (
    <>
      {changes.length > 0 && (
        <ul className={styles.changes}>
          {changes.map(({ field, before, after, isKept }) => (
            <li key={field}>
              <strong>{field}</strong>: {word(before, isKept)} → {word(after, isKept)}
            </li>
          ))}
        </ul>
      )}
      <details className={styles.details}>
        <summary>{t('details')}</summary>
        <div>
          {record.targetType} <code>{targetId}</code>
        </div>
        {Object.entries(details).map(([name, value]) => (
          <div key={name}>
            {name}: <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </div>
        ))}
        {address && <div>{t('fromAddress', { address })}</div>}
        {requestId && <div>{t('request', { id: requestId })}</div>}
      </details>
    </>
  );
}
