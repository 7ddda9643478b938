import type { Schemas } from '../api/client';
import { Ago, DateTimeText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Badge } from '../ui/badges';
import { Button } from '../ui/button';
import { type Column, Table } from '../ui/data-table';
import { messages } from './messages';

type Device = Schemas['DeviceResponse'];

/** Where somebody is signed in, with a way out of each. */
export function DeviceTable({
  devices,
  onEnd,
}: {
  devices: readonly Device[];
  onEnd: ((device: Device) => void) | null;
}) {
  const t = useText(messages);
  const columns: Column<Device>[] = [
    {
      key: 'device',
      header: t('device'),
      cell: ({ userAgent, isCurrent }) => (
        <>
          {nameOf(userAgent)} {isCurrent && <Badge tone="accent">{t('thisSession')}</Badge>}
        </>
      ),
    },
    { key: 'address', header: t('address'), cell: ({ address }) => address ?? '–' },
    { key: 'lastUsed', header: t('lastUsed'), cell: ({ lastUsedAt }) => <Ago value={lastUsedAt} /> },
    {
      key: 'since',
      header: t('signedIn'),
      cell: ({ createdAt }) => <DateTimeText value={createdAt} />,
      isSecondary: true,
    },
  ];
  if (onEnd) {
    columns.push({
      key: 'actions',
      header: t('actions'),
      cell: (device) =>
        device.isCurrent ? (
          ''
        ) : (
          <Button variant="quiet" onPress={() => onEnd(device)}>
            {t('end')}
          </Button>
        ),
    });
  }
  return (
    <Table label={t('sessions')} rows={devices} columns={columns} rowKey={({ id }) => id} emptyText={t('noSessions')} />
  );
}

/** Browser and system as people call them; else what the client called itself. */
function nameOf(userAgent: string | null): string {
  if (userAgent === null) return '–';
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\/\d+/.exec(userAgent)?.[1];
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1];
  if (!browser) return userAgent;
  const name = { Edg: 'Edge', OPR: 'Opera' }[browser] ?? browser;
  return system ? `${name}, ${system === 'Mac OS X' ? 'macOS' : system}` : name;
}
