import { useState } from 'react';
import { answer, answerWithTag, api, change, type Schemas } from '../api/client';
import { useEditing } from '../api/editing';
import { useChange, usePages } from '../api/queries';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { type Column, DataTable } from '../ui/data-table';
import { ConfirmDialog } from '../ui/dialog';
import { TextField } from '../ui/fields';
import { Filters, useUrlFilters } from '../ui/filters';
import { FormDialog } from '../ui/form-dialog';
import { Page } from '../ui/page';
import { FormProblem, ProblemView } from '../ui/problem-view';
import { useToasts } from '../ui/toasts';
import styles from './administration.module.css';
import { ChangedMeanwhile } from './meanwhile';
import { messages } from './messages';

type Title = Schemas['TitleResponse'];

const PAGE_SIZE = 50;
const LONGEST = 200;

export function Component() {
  return (
    <Needs permission="title:read">
      <Titles />
    </Needs>
  );
}

function Titles() {
  const t = useText(messages);
  const canCreate = useCan('title:create');
  const canUpdate = useCan('title:update');
  const canDelete = useCan('title:delete');
  const filters = useUrlFilters(['name']);
  const [isNew, setNew] = useState(false);
  const [renamed, setRenamed] = useState<Title | null>(null);
  const [removed, setRemoved] = useState<Title | null>(null);
  const whereName = filters.values.name;
  // Contract D counts pages; the next one is the cursor here.
  const pages = usePages<Title>(['titles', whereName], async (cursor, signal) => {
    const page = Number(cursor ?? 1);
    const query = { page, pageSize: PAGE_SIZE, whereName };
    const { data } = await answer(api.GET('/users-organizations/v1/rs/titles', { params: { query }, signal }));
    return { items: data, hasMore: data.length === PAGE_SIZE, nextCursor: String(page + 1) };
  });
  const columns: Column<Title>[] = [{ key: 'name', header: t('titleName'), cell: ({ name }) => name }];
  if (canUpdate || canDelete) {
    columns.push({
      key: 'actions',
      header: t('actions'),
      cell: (title) => (
        <div className={styles.actions}>
          {canUpdate && (
            <Button variant="quiet" icon="edit" onPress={() => setRenamed(title)}>
              {t('rename')}
            </Button>
          )}
          {canDelete && (
            <Button variant="quiet" icon="trash" onPress={() => setRemoved(title)}>
              {t('remove')}
            </Button>
          )}
        </div>
      ),
    });
  }
  return (
    <Page
      title={t('titles')}
      actions={
        canCreate && (
          <Button variant="primary" icon="plus" onPress={() => setNew(true)}>
            {t('newTitle')}
          </Button>
        )
      }
    >
      <Filters state={filters} filters={[{ name: 'name', label: t('titleName'), kind: 'search' }]} />
      <DataTable
        label={t('titles')}
        pages={pages}
        columns={columns}
        rowKey={({ id }) => String(id)}
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
        emptyText={t('noTitles')}
      />
      {isNew && <NewTitle onClose={() => setNew(false)} />}
      {renamed && <RenameTitle title={renamed} onClose={() => setRenamed(null)} />}
      {removed && <RemoveTitle title={removed} onClose={() => setRemoved(null)} />}
    </Page>
  );
}

function NewTitle({ onClose }: { onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  const [name, setName] = useState('');
  const creating = useChange(
    (_: void, key) =>
      answer(api.POST('/users-organizations/v1/rs/titles', { params: { header: change(key) }, body: { name } })),
    {
      invalidates: [['titles']],
      onSuccess: () => {
        toasts.say(t('created', { name }));
        onClose();
      },
    },
  );
  return (
    <FormDialog
      title={t('newTitle')}
      onClose={onClose}
      sending={creating}
      onSubmit={() => creating.run()}
      action={t('create')}
      fields={['name']}
    >
      <TextField
        label={t('titleName')}
        value={name}
        onChange={setName}
        maxLength={LONGEST}
        error={creating.problem?.fields['name']}
        isRequired
      />
    </FormDialog>
  );
}

function RenameTitle({ title, onClose }: { title: Title; onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  const path = { titleId: title.id };
  const editing = useEditing<Title>({
    queryKey: ['titles', title.id],
    load: (signal) =>
      answerWithTag(api.GET('/users-organizations/v1/rs/titles/{titleId}', { params: { path }, signal })),
    save: ({ name = title.name }, key, etag) =>
      answer(
        api.PATCH('/users-organizations/v1/rs/titles/{titleId}', {
          params: { path, header: change(key, etag) },
          body: { name },
        }),
      ),
    fields: ['name'],
    invalidates: [['titles']],
    onSaved: () => {
      toasts.say(t('saved'));
      onClose();
    },
  });
  const { query, problem } = editing;
  return (
    <FormDialog
      title={t('renameOf', { name: title.name })}
      onClose={onClose}
      sending={editing}
      onSubmit={editing.submit}
      action={t('save')}
      isDisabled={!editing.isChanged}
      fields={['name']}
    >
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      <ChangedMeanwhile
        {...editing}
        changes={editing.meanwhile}
        nameOf={() => t('titleName')}
        wordOf={(word) => String(word)}
      />
      <TextField
        label={t('titleName')}
        value={editing.value('name') ?? title.name}
        onChange={(next) => editing.set('name', next)}
        maxLength={LONGEST}
        hint={t('renameHelp')}
        error={problem?.fields['name']}
        isRequired
      />
    </FormDialog>
  );
}

function RemoveTitle({ title, onClose }: { title: Title; onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  const removing = useChange(
    () =>
      answer(api.DELETE('/users-organizations/v1/rs/titles/{titleId}', { params: { path: { titleId: title.id } } })),
    {
      invalidates: [['titles']],
      onSuccess: () => {
        toasts.say(t('removed'));
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      title={t('removeTitle', { name: title.name })}
      isOpen
      onClose={onClose}
      action={t('remove')}
      onConfirm={() => removing.run()}
      isPending={removing.isPending}
      isDangerous
    >
      <FormProblem problem={removing.problem} />
      <p>{t('removeTitleHelp')}</p>
    </ConfirmDialog>
  );
}
