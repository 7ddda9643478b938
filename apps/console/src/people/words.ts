import { useIntl } from 'react-intl';
import type { UploadItem } from '../uploads/upload-queue';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useLabels } from '../ui/labels';
import { type CertificateLine, useKindWords } from '../ui/certificate-kinds';
import type { SnapshotValue } from '../ui/snapshots';
import { useStates } from '../ui/states';
import { type FieldName, fieldOf, FIELDS } from './fields';
import { messages } from './messages';
import type { Paper } from './papers';

/** What a paper is: its kind, where it has one, else its type or title. */
export function usePaperSubject(): (paper: Paper) => string {
  const { label } = useLabels();
  const { kindName } = useKindWords();
  return ({ subject, source }) => {
    const kindId = 'certificateKindId' in source ? source.certificateKindId : null;
    return kindId ? kindName(kindId) : label(subject);
  };
}

/** What a paper is called where there are several: its kind or title, and its number. */
export function usePaperName(): (paper: Paper) => string {
  const subjectOf = usePaperSubject();
  return (paper) => (paper.number ? `${subjectOf(paper)} ${paper.number}` : subjectOf(paper));
}

/** Why a file was not taken, in words of the person's language; else in the server's. */
export function useFailureText(): (failure: NonNullable<UploadItem['failure']>) => string {
  const t = useText(messages);
  return ({ code, detail, threatName }) => {
    if (threatName) return t('fail_infected', { threat: threatName });
    const key = `fail_${code}`;
    return key in messages.en ? t(key as keyof (typeof messages)['en']) : detail || t('fail_unknown');
  };
}

/** What fields are called in snapshots. */
const OF_SNAPSHOTS: Readonly<Record<string, FieldName>> = {
  titleName: 'titleId',
  obtainedOn: 'obtained',
  attachmentName: 'uploadId',
};

/** What no form has a field for. */
const ONLY_IN_SNAPSHOTS = {
  holderName: 'holderName',
  lines: 'lines',
  courseDate: 'courseDate',
  endorsesId: 'endorses',
  extendedUntil: 'extendedUntil',
  extendedBy: 'extendedBy',
} as const;
const DAYS_IN_SNAPSHOTS = ['courseDate', 'extendedUntil'];

/** The fields of a paper, also by the names of its snapshots, with their values in words. */
export function useFieldWords() {
  const t = useText(messages);
  const intl = useIntl();
  const { label } = useLabels();
  const { stateLabel } = useStates();
  const { kindName, lineWords } = useKindWords();
  const dates = useDates();
  const known = (field: string) => {
    const name = OF_SNAPSHOTS[field] ?? field;
    return name in FIELDS ? fieldOf(name as FieldName) : null;
  };
  return {
    name: (field: string) => {
      if (field in ONLY_IN_SNAPSHOTS) return t(ONLY_IN_SNAPSHOTS[field as keyof typeof ONLY_IN_SNAPSHOTS]);
      const found = known(field);
      return found ? t(found.label) : field;
    },
    value: (field: string, value: SnapshotValue): string => {
      if (value === null || value === '') return t('conflictEmpty');
      if (typeof value === 'object') return (value as CertificateLine[]).map(lineWords).join('; ');
      if (DAYS_IN_SNAPSHOTS.includes(field)) return dates.date(String(value));
      switch (known(field)?.as) {
        case 'type':
          return label(String(value));
        case 'state':
          return stateLabel(String(value));
        case 'day':
          return dates.date(String(value));
        case 'kind':
          return kindName(String(value));
        case 'paper':
          return t('anotherPaper');
        default:
          return typeof value === 'number' ? intl.formatNumber(value) : value;
      }
    },
  };
}
