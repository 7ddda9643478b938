import { answer, api, type Schemas } from '../api/client';
import { usePages } from '../api/queries';
import { Ago } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { MembershipBadge } from '../ui/badges';
import { type Column, DataTable } from '../ui/data-table';
import { Filters, useUrlFilters } from '../ui/filters';
import { MEMBERSHIP_STATES, ROLES, useLabels } from '../ui/labels';
import { Page } from '../ui/page';
import { messages } from './messages';

type Entry = Schemas['UserResponse'];
type Query = { role?: Entry['role']; state?: Entry['state']; search?: string };

export function Component() {
  return (
    <Needs permission="user:list">
      <Users />
    </Needs>
  );
}

function Users() {
  const t = useText(messages);
  const { label, options } = useLabels();
  const filters = useUrlFilters(['search', 'role', 'state']);
  const query = filters.values as Query;
  const pages = usePages(['users', query], (cursor, signal) =>
    answer(api.GET('/api/v1/shared/users', { params: { query: { limit: 50, cursor, ...query } }, signal })),
  );
  const columns: Column<Entry>[] = [
    { key: 'name', header: t('name'), cell: ({ firstName, lastName }) => `${firstName} ${lastName}` },
    { key: 'email', header: t('email'), cell: ({ email }) => email, isSecondary: true },
    { key: 'role', header: t('role'), cell: ({ role }) => label(role) },
    { key: 'state', header: t('state'), cell: ({ state }) => <MembershipBadge state={state} />, isSecondary: true },
    { key: 'lastLogin', header: t('lastLogin'), cell: (entry) => <Ago value={entry.lastLogin} />, isSecondary: true },
  ];
  return (
    <Page title={t('users')}>
      <Filters
        state={filters}
        filters={[
          { name: 'search', label: t('search'), kind: 'search' },
          { name: 'role', label: t('role'), kind: 'select', options: options(ROLES) },
          { name: 'state', label: t('state'), kind: 'select', options: options(MEMBERSHIP_STATES) },
        ]}
      />
      <DataTable
        label={t('users')}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        rowLink={({ id }) => `/people/${id}`}
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
      />
    </Page>
  );
}
