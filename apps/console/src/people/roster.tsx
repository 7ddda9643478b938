import { useState } from 'react';
import { answer, api, type Schemas } from '../api/client';
import { usePages } from '../api/queries';
import { Ago, DateText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Needs } from '../shell/layout';
import { MembershipBadge, ProfileStateBadge } from '../ui/badges';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Filters, useUrlFilters } from '../ui/filters';
import { MEMBERSHIP_STATES, PROFILE_STATES, ROLES, useLabels } from '../ui/labels';
import { Page } from '../ui/page';
import { AddPerson } from './add-person';
import { messages } from './messages';

type Entry = Schemas['RosterEntryResponse'];
type Query = {
  role?: Entry['role'];
  state?: Entry['state'];
  verification_state?: Entry['verificationState'];
  search?: string;
};

const PAGE_SIZE = 50;

export function Component() {
  return (
    <Needs permission="roster:read">
      <Roster />
    </Needs>
  );
}

function Roster() {
  const t = useText(messages);
  const { label, options } = useLabels();
  const filters = useUrlFilters(['search', 'verification_state', 'role', 'state']);
  const [isAdding, setAdding] = useState(false);
  const mayAdd = useCan('user:create');
  const query = filters.values as Query;
  const pages = usePages(['roster', query], (cursor, signal) =>
    answer(api.GET('/api/v1/crew/roster', { params: { query: { limit: PAGE_SIZE, cursor, ...query } }, signal })),
  );
  const columns: Column<Entry>[] = [
    { key: 'name', header: t('name'), cell: ({ firstName, lastName }) => `${firstName} ${lastName}` },
    { key: 'papers', header: t('papers'), cell: (entry) => <ProfileStateBadge state={entry.verificationState} /> },
    { key: 'role', header: t('role'), cell: ({ role }) => label(role) },
    { key: 'state', header: t('state'), cell: ({ state }) => <MembershipBadge state={state} />, isSecondary: true },
    { key: 'email', header: t('email'), cell: ({ email }) => email, isSecondary: true },
    {
      key: 'lastLogin',
      header: t('lastLogin'),
      cell: ({ lastLogin }) => (lastLogin ? <Ago value={lastLogin} /> : t('never')),
      isSecondary: true,
    },
    { key: 'created', header: t('created'), cell: (entry) => <DateText value={entry.createdAt} />, isSecondary: true },
  ];
  return (
    <Page
      title={t('people')}
      actions={
        mayAdd && (
          <Button icon="plus" variant="primary" onPress={() => setAdding(true)}>
            {t('addPerson')}
          </Button>
        )
      }
    >
      <Filters
        state={filters}
        filters={[
          { name: 'search', label: t('search'), kind: 'search' },
          { name: 'verification_state', label: t('papers'), kind: 'select', options: options(PROFILE_STATES) },
          { name: 'role', label: t('role'), kind: 'select', options: options(ROLES) },
          { name: 'state', label: t('state'), kind: 'select', options: options(MEMBERSHIP_STATES) },
        ]}
      />
      <DataTable
        label={t('people')}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        rowLink={({ id }) => `/people/${id}`}
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
        emptyText={t('noPeople')}
      />
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
    </Page>
  );
}
