import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, change, type Schemas } from '../api/client';
import { useChange } from '../api/queries';
import { Ago, DateText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { Button } from '../ui/button';
import { type Column, Table } from '../ui/data-table';
import { Actions, ConfirmDialog, Dialog } from '../ui/dialog';
import { Checkbox, TextField } from '../ui/fields';
import { FormDialog } from '../ui/form-dialog';
import { Page } from '../ui/page';
import { FormProblem, Note, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import styles from './administration.module.css';
import { messages } from './messages';

type ApiKey = Schemas['ApiKeyResponse'];
type Scope = ApiKey['scopes'][number];

const KEYS = ['api-keys'];
/** In the order in which they are offered; a scope that the API has and this has not does not compile. */
const OFFERED: Record<Scope, true> = {
  'people:read': true,
  'certificates:read': true,
  'certificates:write': true,
  'diplomas:read': true,
  'diplomas:write': true,
  'identity-documents:read': true,
  'identity-documents:write': true,
  'titles:write': true,
  'certificate-kinds:write': true,
  'requirement-sets:write': true,
  'fitness:read': true,
  'particulars:read': true,
  'particulars:write': true,
  'vessels:read': true,
  'vessels:write': true,
  'uploads:read': true,
  'uploads:write': true,
  'queue:read': true,
  'organization:read': true,
  'audit:read': true,
};
const SCOPES = Object.keys(OFFERED) as Scope[];

export function Component() {
  return (
    <Needs permission="api-key:manage">
      <ApiKeys />
    </Needs>
  );
}

function ApiKeys() {
  const t = useText(messages);
  const [isNew, setNew] = useState(false);
  const [rotated, setRotated] = useState<ApiKey | null>(null);
  const [removed, setRemoved] = useState<ApiKey | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const query = useQuery({
    queryKey: KEYS,
    queryFn: ({ signal }) => answer(api.GET('/api/v1/shared/api-keys', { signal })),
  });
  const columns: Column<ApiKey>[] = [
    { key: 'name', header: t('name'), cell: ({ name }) => name },
    { key: 'prefix', header: t('prefix'), cell: ({ prefix }) => <code>{prefix}…</code> },
    { key: 'scopes', header: t('scopes'), cell: ({ scopes }) => scopes.join(', ') },
    { key: 'lastUsed', header: t('lastUsed'), cell: ({ lastUsedAt }) => <Ago value={lastUsedAt} /> },
    {
      key: 'expires',
      header: t('expires'),
      cell: ({ expiresAt }) => (expiresAt === null ? t('never') : <DateText value={expiresAt} />),
    },
    {
      key: 'actions',
      header: t('actions'),
      cell: (key) => (
        <div className={styles.actions}>
          <Button variant="quiet" icon="refresh" onPress={() => setRotated(key)}>
            {t('rotate')}
          </Button>
          <Button variant="quiet" icon="trash" onPress={() => setRemoved(key)}>
            {t('remove')}
          </Button>
        </div>
      ),
    },
  ];
  const show = (made: string) => {
    setNew(false);
    setRotated(null);
    setSecret(made);
  };
  return (
    <Page
      title={t('apiKeys')}
      actions={
        <Button variant="primary" icon="plus" onPress={() => setNew(true)}>
          {t('newKey')}
        </Button>
      }
    >
      {query.isPending && <Skeleton />}
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <Table
          label={t('apiKeys')}
          rows={query.data.items}
          columns={columns}
          rowKey={({ id }) => id}
          emptyText={t('noKeys')}
        />
      )}
      {isNew && <NewKey onMade={show} onClose={() => setNew(false)} />}
      {rotated && <RotateKey apiKey={rotated} onMade={show} onClose={() => setRotated(null)} />}
      {removed && <RemoveKey apiKey={removed} onClose={() => setRemoved(null)} />}
      {secret !== null && <Secret secret={secret} onClose={() => setSecret(null)} />}
    </Page>
  );
}

function NewKey({ onMade, onClose }: { onMade: (secret: string) => void; onClose: () => void }) {
  const t = useText(messages);
  const [name, setName] = useState('');
  const [days, setDays] = useState('365');
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const creating = useChange(
    (_: void, key) =>
      answer(
        api.POST('/api/v1/shared/api-keys', {
          params: { header: change(key) },
          body: { name, scopes: [...scopes], expiresInDays: days === '' ? null : Number(days) },
        }),
      ),
    { invalidates: [KEYS], onSuccess: ({ secret }) => onMade(secret) },
  );
  const { problem } = creating;
  return (
    <FormDialog
      title={t('newKey')}
      onClose={onClose}
      sending={creating}
      onSubmit={() => creating.run()}
      action={t('create')}
      isDisabled={scopes.length === 0}
      fields={['name', 'expiresInDays']}
    >
      <TextField
        label={t('keyName')}
        value={name}
        onChange={setName}
        maxLength={100}
        error={problem?.fields['name']}
        isRequired
      />
      <fieldset className={styles.scopes}>
        <legend>{t('scopes')}</legend>
        {SCOPES.map((scope) => (
          <Checkbox
            key={scope}
            label={scope}
            isSelected={scopes.includes(scope)}
            onChange={(isOn) => setScopes(isOn ? [...scopes, scope] : scopes.filter((other) => other !== scope))}
          />
        ))}
      </fieldset>
      <TextField
        label={t('expiresInDays')}
        type="number"
        min={1}
        max={3650}
        value={days}
        onChange={setDays}
        error={problem?.fields['expiresInDays']}
      />
    </FormDialog>
  );
}

function RotateKey({
  apiKey: { id, name },
  onMade,
  onClose,
}: {
  apiKey: ApiKey;
  onMade: (secret: string) => void;
  onClose: () => void;
}) {
  const t = useText(messages);
  const [hours, setHours] = useState('24');
  const rotating = useChange(
    (_: void, key) =>
      answer(
        api.POST('/api/v1/shared/api-keys/{key_id}/rotate', {
          params: { path: { key_id: id }, header: change(key) },
          body: { overlapHours: Number(hours) },
        }),
      ),
    { invalidates: [KEYS], onSuccess: ({ secret }) => onMade(secret) },
  );
  return (
    <FormDialog
      title={t('rotateTitle', { name })}
      onClose={onClose}
      sending={rotating}
      onSubmit={() => rotating.run()}
      action={t('rotate')}
      fields={['overlapHours']}
    >
      <TextField
        label={t('overlap')}
        type="number"
        min={0}
        max={720}
        value={hours}
        onChange={setHours}
        hint={t('rotateHelp')}
        error={rotating.problem?.fields['overlapHours']}
        isRequired
      />
    </FormDialog>
  );
}

function RemoveKey({ apiKey: { id, name }, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  const removing = useChange(
    () => answer(api.DELETE('/api/v1/shared/api-keys/{key_id}', { params: { path: { key_id: id } } })),
    {
      invalidates: [KEYS],
      onSuccess: () => {
        toasts.say(t('removed'));
        onClose();
      },
    },
  );
  return (
    <ConfirmDialog
      title={t('removeKeyTitle', { name })}
      isOpen
      onClose={onClose}
      action={t('remove')}
      onConfirm={() => removing.run()}
      isPending={removing.isPending}
      isDangerous
    >
      <FormProblem problem={removing.problem} />
      <p>{t('removeKeyHelp')}</p>
    </ConfirmDialog>
  );
}

/** Closed by its button only: what is shown here is shown once. */
function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  return (
    <Dialog title={t('secretTitle')} isOpen isRequired>
      <Note tone="warn">{t('secretHelp')}</Note>
      <TextField label={t('secret')} value={secret} onChange={() => undefined} isReadOnly />
      <Actions>
        <Button
          icon="copy"
          onPress={() => void navigator.clipboard?.writeText(secret).then(() => toasts.say(t('copied')))}
        >
          {t('copy')}
        </Button>
        <Button variant="primary" onPress={onClose}>
          {t('done')}
        </Button>
      </Actions>
    </Dialog>
  );
}
