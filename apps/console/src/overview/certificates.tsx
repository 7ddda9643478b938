import { Link } from 'react-router';
import { answer, api, type Schemas } from '../api/client';
import { usePages } from '../api/queries';
import { DateText } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { StatusBadge, ValidityBadge } from '../ui/badges';
import { useKindWords } from '../ui/certificate-kinds';
import { type Column, DataTable } from '../ui/data-table';
import { Filters, useUrlFilters } from '../ui/filters';
import { CERTIFICATE_TYPES, useLabels, VALIDITY_STATUSES, VERIFICATION_STATUSES } from '../ui/labels';
import { Page } from '../ui/page';
import { VerifiedName } from '../ui/verified-name';
import { messages } from './messages';

type Entry = Schemas['RegisteredCertificateResponse'];
type Certificate = Schemas['CertificateResponse'];

const FILTERS = [
  ...(['search', 'certificate_type', 'status', 'verification_status', 'expires_from', 'expires_to'] as const),
  'replaced',
] as const;
interface Query {
  search?: string;
  certificate_type?: Certificate['certificateType'];
  status?: Certificate['status'];
  verification_status?: Certificate['verification']['status'];
  expires_from?: string;
  expires_to?: string;
  /** What later ones have replaced is folded away until it is asked for. */
  replaced?: 'with' | 'only';
}

export function Component() {
  return (
    <Needs permission="certificate:list">
      <Certificates />
    </Needs>
  );
}

/** Everybody's certificates, the first to expire first: where the figures of the overview lead. */
function Certificates() {
  const t = useText(messages);
  const { label, options } = useLabels();
  const { kindName } = useKindWords();
  const nameOf = ({ certificateKindId, certificateType }: Certificate) =>
    certificateKindId ? kindName(certificateKindId) : label(certificateType);
  const filters = useUrlFilters(FILTERS);
  const { replaced, ...asked } = filters.values as Query;
  const query = { ...asked, ...(replaced === 'with' ? {} : { current: replaced !== 'only' }) };
  const pages = usePages(['certificates', 'all', query], (cursor, signal) =>
    answer(api.GET('/api/v1/crew/certificates', { params: { query: { limit: 50, cursor, ...query } }, signal })),
  );
  const columns: Column<Entry>[] = [
    { key: 'type', header: t('type'), cell: ({ certificate }) => nameOf(certificate) },
    {
      key: 'person',
      header: t('person'),
      cell: ({ person }) => <Link to={`/people/${person.id}`}>{`${person.firstName} ${person.lastName}`}</Link>,
    },
    { key: 'number', header: t('number'), cell: ({ certificate }) => certificate.certificateNumber ?? '–' },
    {
      key: 'expires',
      header: t('expires'),
      cell: ({ certificate: { expiryDate } }) =>
        expiryDate === null ? t('neverExpires') : <DateText value={expiryDate} />,
    },
    {
      key: 'validity',
      header: t('validity'),
      cell: ({ certificate }) => <ValidityBadge status={certificate.status} />,
    },
    {
      key: 'review',
      header: t('review'),
      cell: ({ certificate: { verification }, person }) => (
        <>
          <StatusBadge status={verification.status} />
          <VerifiedName verification={verification} holder={`${person.firstName} ${person.lastName}`} />
        </>
      ),
    },
  ];
  return (
    <Page title={t('list')}>
      <Filters
        state={filters}
        filters={[
          { name: 'search', label: t('search'), kind: 'search' },
          { name: 'certificate_type', label: t('type'), kind: 'select', options: options(CERTIFICATE_TYPES) },
          { name: 'status', label: t('validity'), kind: 'select', options: options(VALIDITY_STATUSES) },
          { name: 'verification_status', label: t('review'), kind: 'select', options: options(VERIFICATION_STATUSES) },
          { name: 'expires_from', label: t('from'), kind: 'date' },
          { name: 'expires_to', label: t('to'), kind: 'date' },
          {
            name: 'replaced',
            label: t('replaced'),
            kind: 'select',
            options: [
              { value: 'with', label: t('replacedToo') },
              { value: 'only', label: t('replacedOnly') },
            ],
          },
        ]}
      />
      <DataTable
        label={t('list')}
        pages={pages}
        columns={columns}
        rowKey={({ certificate }) => certificate.id}
        isFiltered={filters.isFiltered}
        onClearFilters={filters.clear}
      />
    </Page>
  );
}
