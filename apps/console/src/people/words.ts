import { useIntl } from 'react-intl';
import type { UploadItem } from '../uploads/upload-queue';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useLabels } from '../ui/labels';
import { messages } from './messages';
import type { Paper } from './papers';

/** What a paper is called where there are several: its kind or title, and its number. */
export function usePaperName(): (paper: Paper) => string {
  const { label } = useLabels();
  return (paper) => {
    const number = paper.kind === 'certificate' ? paper.source.certificateNumber : null;
    return number ? `${label(paper.subject)} ${number}` : label(paper.subject);
  };
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

/** The fields of a paper by the names of its snapshots, with their values in words. */
export function useFieldWords() {
  const t = useText(messages);
  const intl = useIntl();
  const { label } = useLabels();
  const dates = useDates();
  const names: Readonly<Record<string, string>> = {
    certificateType: t('type'),
    certificateNumber: t('number'),
    issuingAuthority: t('authority'),
    issueDate: t('issueDate'),
    expiryDate: t('expiryDate'),
    notes: t('notes'),
    titleName: t('title'),
    titleId: t('title'),
    obtainedAt: t('obtained'),
    obtained: t('obtained'),
    uploadId: t('file'),
    attachmentName: t('file'),
  };
  return {
    name: (field: string) => names[field] ?? field,
    value: (field: string, value: string | number | null) => {
      if (value === null || value === '') return t('conflictEmpty');
      if (field === 'certificateType') return label(String(value));
      if (['issueDate', 'expiryDate', 'obtained', 'obtainedAt'].includes(field)) return dates.date(String(value));
      return typeof value === 'number' ? intl.formatNumber(value) : value;
    },
  };
}
