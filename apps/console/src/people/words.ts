import { useIntl } from 'react-intl';
import type { UploadItem } from '../uploads/upload-queue';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useLabels } from '../ui/labels';
import { useStates } from '../ui/states';
import { type FieldName, fieldOf, FIELDS } from './fields';
import { messages } from './messages';
import type { Paper } from './papers';

/** What a paper is called where there are several: its kind or title, and its number. */
export function usePaperName(): (paper: Paper) => string {
  const { label } = useLabels();
  return ({ subject, number }) => (number ? `${label(subject)} ${number}` : label(subject));
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

/** The fields of a paper, also by the names of its snapshots, with their values in words. */
export function useFieldWords() {
  const t = useText(messages);
  const intl = useIntl();
  const { label } = useLabels();
  const { stateLabel } = useStates();
  const dates = useDates();
  const known = (field: string) => {
    const name = OF_SNAPSHOTS[field] ?? field;
    return name in FIELDS ? fieldOf(name as FieldName) : null;
  };
  return {
    name: (field: string) => {
      if (field === 'holderName') return t('holderName');
      const found = known(field);
      return found ? t(found.label) : field;
    },
    value: (field: string, value: string | number | null) => {
      if (value === null || value === '') return t('conflictEmpty');
      switch (known(field)?.as) {
        case 'type':
          return label(String(value));
        case 'state':
          return stateLabel(String(value));
        case 'day':
          return dates.date(String(value));
        default:
          return typeof value === 'number' ? intl.formatNumber(value) : value;
      }
    },
  };
}
