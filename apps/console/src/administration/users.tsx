import { useState } from 'react';
import { answer, answerWithTag, api, change, type Schemas } from '../api/client';
import { useEditing } from '../api/editing';
import { usePages } from '../api/queries';
import { Ago } from '../i18n/format';
import { useText } from '../i18n/intl';
import { AddPerson } from '../people/add-person';
import { useCan, useSession } from '../session/session-context';
import { Needs } from '../shell/layout';
import { MembershipBadge } from '../ui/badges';
import { Button, LinkButton } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { Dialog } from '../ui/dialog';
import { Select, TextField } from '../ui/fields';
import { Filters, useUrlFilters } from '../ui/filters';
import { FormDialog } from '../ui/form-dialog';
import { MEMBERSHIP_STATES, ROLES, useLabels } from '../ui/labels';
import { Page } from '../ui/page';
import { Note, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import { ChangedMeanwhile } from './meanwhile';
import { messages } from './messages';

type User = Schemas['UserResponse'];
interface Query {
  role?: User['role'];
  state?: User['state'];
  search?: string;
}

const FIELDS = ['firstName', 'lastName', 'role', 'state'] as const;

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
  const canCreate = useCan('user:create');
  const canUpdate = useCan('user:update');
  const filters = useUrlFilters(['search', 'role', 'state', 'user']);
  const { user: edited, ...query } = filters.values;
  const [isAdding, setAdding] = useState(false);
  const pages = usePages(['users', query], (cursor, signal) =>
    answer(api.GET('/api/v1/shared/users', { params: { query: { limit: 50, cursor, ...(query as Query) } }, signal })),
  );
  const columns: Column<User>[] = [
    { key: 'name', header: t('name'), cell: ({ firstName, lastName }) => `${firstName} ${lastName}` },
    { key: 'email', header: t('email'), cell: ({ email }) => email },
    { key: 'role', header: t('role'), cell: ({ role }) => label(role) },
    { key: 'state', header: t('state'), cell: ({ state }) => <MembershipBadge state={state} /> },
    { key: 'access', header: t('access'), cell: ({ access }) => t(`access_${access}`) },
    { key: 'lastLogin', header: t('lastLogin'), cell: (user) => <Ago value={user.lastLogin} />, isSecondary: true },
  ];
  if (canUpdate) {
    columns.push({
      key: 'actions',
      header: t('actions'),
      cell: (user) => (
        <Button variant="quiet" icon="edit" onPress={() => filters.set('user', user.id)}>
          {t('edit')}
        </Button>
      ),
    });
  }
  return (
    <Page
      title={t('users')}
      actions={
        canCreate && (
          <Button variant="primary" icon="plus" onPress={() => setAdding(true)}>
            {t('addPerson')}
          </Button>
        )
      }
    >
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
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
      />
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
      {edited && canUpdate && <EditUser key={edited} userUuid={edited} onClose={() => filters.set('user', '')} />}
    </Page>
  );
}

/** A deep link of its own: `/administration/users?user=<id>`. */
function EditUser({ userUuid, onClose }: { userUuid: string; onClose: () => void }) {
  const t = useText(messages);
  const { label, options } = useLabels();
  const toasts = useToasts();
  const session = useSession();
  const canSeeSessions = useCan('user-session:read');
  const canSeeTrail = useCan('audit:read');
  const path = { user_id: userUuid };
  const editing = useEditing<User>({
    queryKey: ['users', userUuid],
    load: (signal) => answerWithTag(api.GET('/api/v1/shared/users/{user_id}', { params: { path }, signal })),
    save: (body, key, etag) =>
      answer(api.PATCH('/api/v1/shared/users/{user_id}', { params: { path, header: change(key, etag) }, body })),
    fields: FIELDS,
    invalidates: [['users'], ['roster'], ['session']],
    onSaved: () => {
      toasts.say(t('saved'));
      onClose();
    },
  });
  const { query, value, set, problem } = editing;
  const user = query.data?.data;
  const isOwn = userUuid === session.userId;
  const isAbove = user !== undefined && !session.grantableRoles.includes(user.role);
  const roles = user && isAbove ? [user.role] : session.grantableRoles;
  if (!user) {
    return (
      <Dialog title={t('edit')} isOpen onClose={onClose}>
        {query.error ? (
          <ProblemView problem={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Skeleton rows={4} />
        )}
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={t('editOf', { name: `${user.firstName} ${user.lastName}` })}
      onClose={onClose}
      sending={editing}
      onSubmit={editing.submit}
      action={t('save')}
      isDisabled={!editing.isChanged}
      fields={FIELDS}
      more={
        <>
          {canSeeSessions && (
            <LinkButton variant="quiet" to={`/administration/sessions?person=${userUuid}`}>
              {t('showSessions')}
            </LinkButton>
          )}
          {canSeeTrail && (
            <LinkButton variant="quiet" to={`/administration/audit?actor_id=${userUuid}`}>
              {t('showTrail')}
            </LinkButton>
          )}
        </>
      }
    >
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      <ChangedMeanwhile
        {...editing}
        changes={editing.meanwhile}
        nameOf={(field) => t(field as (typeof FIELDS)[number])}
        wordOf={(word) => label(String(word))}
      />
      {isAbove && <Note>{t('higherRole')}</Note>}
      <TextField
        label={t('firstName')}
        value={value('firstName') ?? ''}
        onChange={(next) => set('firstName', next)}
        maxLength={100}
        error={problem?.fields['firstName']}
        isDisabled={isAbove}
        isRequired
      />
      <TextField
        label={t('lastName')}
        value={value('lastName') ?? ''}
        onChange={(next) => set('lastName', next)}
        maxLength={100}
        error={problem?.fields['lastName']}
        isDisabled={isAbove}
        isRequired
      />
      <Select
        label={t('role')}
        value={value('role') ?? ''}
        onChange={(next) => next && set('role', next)}
        options={options(roles)}
        error={problem?.fields['role']}
        isDisabled={isOwn || isAbove}
        hint={isOwn ? t('ownMembership') : undefined}
      />
      <Select
        label={t('state')}
        value={value('state') ?? ''}
        onChange={(next) => next && set('state', next)}
        options={options(MEMBERSHIP_STATES)}
        error={problem?.fields['state']}
        isDisabled={isOwn || isAbove}
        hint={t('stateHelp')}
      />
    </FormDialog>
  );
}
