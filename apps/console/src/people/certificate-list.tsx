import { answer, api, type Schemas } from '../api/client';
import { useQuery } from '@tanstack/react-query';
import { DateText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { StatusBadge, ValidityBadge } from '../ui/badges';
import { type Column, Table } from '../ui/data-table';
import { useLabels } from '../ui/labels';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { messages } from './messages';

type Certificate = Schemas['CertificateResponse'];

/** A person's certificates with both of their states. */
export function CertificateList({ userUuid }: { userUuid: string }) {
  const t = useText(messages);
  const { label } = useLabels();
  const query = useQuery({
    queryKey: ['certificates', userUuid],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/crew/users/{user_id}/certificates', { params: { path: { user_id: userUuid } }, signal })),
  });
  if (query.isPending) return <Skeleton />;
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  const columns: Column<Certificate>[] = [
    { key: 'type', header: t('type'), cell: (certificate) => label(certificate.certificateType) },
    { key: 'number', header: t('number'), cell: (certificate) => certificate.certificateNumber ?? '–' },
    { key: 'expiry', header: t('expiry'), cell: (certificate) => <DateText value={certificate.expiryDate} /> },
    { key: 'validity', header: t('validity'), cell: (certificate) => <ValidityBadge status={certificate.status} /> },
    { key: 'review', header: t('review'), cell: ({ verification }) => <StatusBadge status={verification.status} /> },
  ];
  return (
    <Table label={t('type')} rows={query.data} columns={columns} rowKey={({ id }) => id} emptyText={t('noPapers')} />
  );
}
