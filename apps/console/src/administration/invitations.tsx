import { useState } from 'react';
import { answer, api, change, type Schemas } from '../api/client';
import { useChange, usePages } from '../api/queries';
import { Ago, DateTimeText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { AddPerson } from '../people/add-person';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { ConfirmDialog } from '../ui/dialog';
import { Filters, useUrlFilters } from '../ui/filters';
import { useLabels } from '../ui/labels';
import { Page } from '../ui/page';
import { useToasts } from '../ui/toasts';
import { messages } from './messages';
import styles from './administration.module.css';

type Invitation = Schemas['InvitationResponse'];

export function Component() {
  return (
    <Needs permission="invitation:manage">
      <Invitations />
    </Needs>
  );
}

function Invitations() {
  const t = useText(messages);
  const { label } = useLabels();
  const toasts = useToasts();
  const filters = useUrlFilters(['search']);
  const [isAdding, setAdding] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null);
  const pages = usePages(['invitations', filters.values], (cursor, signal) =>
    answer(
      api.GET('/api/v1/shared/invitations', { params: { query: { limit: 50, cursor, ...filters.values } }, signal }),
    ),
  );
  const options = {
    invalidates: [['invitations']],
    onError: (problem: Parameters<typeof toasts.problem>[0]) => toasts.problem(problem),
  };
  const resending = useChange(
    ({ id }: Invitation, key) =>
      answer(
        api.POST('/api/v1/shared/invitations/{invitation_id}/resend', {
          params: { path: { invitation_id: id }, header: change(key) },
        }),
      ),
    { ...options, onSuccess: (_, { email }) => toasts.say(t('resent', { email })) },
  );
  const removing = useChange(
    ({ id }: Invitation) =>
      answer(api.DELETE('/api/v1/shared/invitations/{invitation_id}', { params: { path: { invitation_id: id } } })),
    {
      ...options,
      onSuccess: () => {
        setWithdrawing(null);
        toasts.say(t('withdrawn'));
      },
    },
  );
  const columns: Column<Invitation>[] = [
    { key: 'name', header: t('name'), cell: ({ firstName, lastName }) => `${firstName} ${lastName}` },
    { key: 'email', header: t('email'), cell: ({ email }) => email },
    { key: 'role', header: t('role'), cell: ({ role }) => label(role) },
    { key: 'sent', header: t('invitedBy'), cell: ({ createdAt }) => <Ago value={createdAt} />, isSecondary: true },
    { key: 'expires', header: t('expires'), cell: ({ expiresAt }) => <DateTimeText value={expiresAt} /> },
    {
      key: 'actions',
      header: t('actions'),
      cell: (invitation) => (
        <div className={styles.actions}>
          <Button variant="quiet" onPress={() => resending.run(invitation)}>
            {t('resend')}
          </Button>
          <Button variant="quiet" onPress={() => setWithdrawing(invitation)}>
            {t('withdraw')}
          </Button>
        </div>
      ),
    },
  ];
  return (
    <Page
      title={t('invitations')}
      actions={
        <Button variant="primary" icon="plus" onPress={() => setAdding(true)}>
          {t('addPerson')}
        </Button>
      }
    >
      <Filters state={filters} filters={[{ name: 'search', label: t('search'), kind: 'search' }]} />
      <DataTable
        label={t('invitations')}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => id}
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
        emptyText={t('noInvitations')}
      />
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
      <ConfirmDialog
        title={t('withdrawTitle')}
        isOpen={withdrawing !== null}
        onClose={() => setWithdrawing(null)}
        action={t('withdraw')}
        onConfirm={() => withdrawing && removing.run(withdrawing)}
        isPending={removing.isPending}
        isDangerous
      >
        <p>{t('withdrawHelp', { email: withdrawing?.email ?? '' })}</p>
      </ConfirmDialog>
    </Page>
  );
}
