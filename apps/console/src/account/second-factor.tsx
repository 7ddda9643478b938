import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api, type Schemas } from '../api/client';
import { useChange } from '../api/queries';
import { Ago, DateTimeText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { canUsePasskeys } from '../session/passkeys';
import { Button } from '../ui/button';
import { type Column, Table } from '../ui/data-table';
import { Section } from '../ui/page';
import { Note, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import styles from './account.module.css';
import { AddApp } from './add-app';
import { AddPasskey } from './add-passkey';
import { PasswordDialog } from './password-dialog';
import { RecoveryCodes } from './recovery-codes';
import { messages } from './second-factor-messages';

export const SECOND_FACTOR = ['second-factor'];

const OWN = '/api/v1/shared/users/me/second-factor';

interface Factor {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
  isApp: boolean;
}

/** What the sign-in asks for besides the password, for who wants that. */
export function SecondFactor() {
  const t = useText(messages);
  const query = useQuery({
    queryKey: SECOND_FACTOR,
    queryFn: ({ signal }) => answer(api.GET(OWN, { signal })),
  });
  return (
    <Section title={t('title')}>
      {query.isPending && <Skeleton rows={2} />}
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Factors found={query.data} />}
    </Section>
  );
}

type Open =
  { what: 'passkey' | 'app' | 'renew' } | { what: 'remove'; factor: Factor } | { what: 'codes'; codes: string[] };

function Factors({ found }: { found: Schemas['SecondFactorResponse'] }) {
  const t = useText(messages);
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const added = (codes: string[] | null) => setOpen(codes && { what: 'codes', codes });
  const { passkeys, authenticatorApp, recoveryCodesLeft } = found;
  const app = authenticatorApp && { id: 'app', name: t('app'), isApp: true, ...authenticatorApp };
  const factors: Factor[] = [...passkeys.map((passkey) => ({ ...passkey, isApp: false })), ...(app ? [app] : [])];
  const columns: Column<Factor>[] = [
    { key: 'name', header: t('factor'), cell: ({ name, isApp }) => (isApp ? name : t('passkeyNamed', { name })) },
    {
      key: 'added',
      header: t('added'),
      cell: ({ createdAt }) => <DateTimeText value={createdAt} />,
      isSecondary: true,
    },
    {
      key: 'used',
      header: t('lastUsed'),
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('never') : <Ago value={lastUsedAt} />),
    },
    {
      key: 'actions',
      header: t('actions'),
      cell: (factor) => (
        <Button
          variant="quiet"
          label={t('removeNamed', { name: factor.name })}
          onPress={() => setOpen({ what: 'remove', factor })}
        >
          {t('remove')}
        </Button>
      ),
    },
  ];
  return (
    <>
      {factors.length === 0 ? (
        <p className={styles.plain}>{t('none')}</p>
      ) : (
        <Table label={t('title')} rows={factors} columns={columns} rowKey={({ id }) => id} emptyText={t('none')} />
      )}
      {factors.length > 0 && (
        <Note tone={recoveryCodesLeft < 3 ? 'warn' : 'info'}>{t('codesLeft', { count: recoveryCodesLeft })}</Note>
      )}
      <div className={styles.actions}>
        {canUsePasskeys && <Button onPress={() => setOpen({ what: 'passkey' })}>{t('addPasskey')}</Button>}
        {!app && <Button onPress={() => setOpen({ what: 'app' })}>{t('addApp')}</Button>}
        {factors.length > 0 && (
          <Button variant="quiet" onPress={() => setOpen({ what: 'renew' })}>
            {t('renewCodes')}
          </Button>
        )}
      </div>
      {open?.what === 'passkey' && <AddPasskey onAdded={added} onClose={close} />}
      {open?.what === 'app' && <AddApp onAdded={added} onClose={close} />}
      {open?.what === 'renew' && <RenewCodes onRenewed={added} onClose={close} />}
      {open?.what === 'remove' && <RemoveFactor factor={open.factor} isLast={factors.length === 1} onClose={close} />}
      {open?.what === 'codes' && <RecoveryCodes codes={open.codes} onClose={close} />}
    </>
  );
}

function RenewCodes({ onRenewed, onClose }: { onRenewed: (codes: string[]) => void; onClose: () => void }) {
  const t = useText(messages);
  const renewing = useChange(
    (currentPassword: string) => answer(api.POST(`${OWN}/recovery-codes`, { body: { currentPassword } })),
    { invalidates: [SECOND_FACTOR], onSuccess: ({ recoveryCodes }) => onRenewed(recoveryCodes) },
  );
  return (
    <PasswordDialog title={t('renewCodes')} action={t('renewCodes')} sending={renewing} onClose={onClose}>
      <p>{t('renewHelp')}</p>
    </PasswordDialog>
  );
}

function RemoveFactor({ factor, isLast, onClose }: { factor: Factor; isLast: boolean; onClose: () => void }) {
  const t = useText(messages);
  const toasts = useToasts();
  const { id, name, isApp } = factor;
  const removing = useChange(
    (currentPassword: string) =>
      isApp
        ? answer(api.POST(`${OWN}/authenticator-app/remove`, { body: { currentPassword } }))
        : answer(
            api.POST(`${OWN}/passkeys/{passkey_id}/remove`, {
              params: { path: { passkey_id: id } },
              body: { currentPassword },
            }),
          ),
    {
      invalidates: [SECOND_FACTOR],
      onSuccess: () => {
        toasts.say(t('removed'));
        onClose();
      },
    },
  );
  return (
    <PasswordDialog title={t('removeNamed', { name })} action={t('remove')} sending={removing} onClose={onClose}>
      <p>{isLast ? t('removeLastHelp') : t('removeHelp')}</p>
    </PasswordDialog>
  );
}
