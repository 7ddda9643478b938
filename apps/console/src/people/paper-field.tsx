import { useState } from 'react';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { ComboBox, DateField, Select, TextArea, TextField } from '../ui/fields';
import { useCertificateKinds } from '../ui/certificate-kinds';
import { useLabels } from '../ui/labels';
import { ProblemView } from '../ui/problem-view';
import { useStates } from '../ui/states';
import { type FieldName, fieldOf, type Text } from './fields';
import { kindOf } from './kinds';
import { messages } from './messages';
import type { Paper } from './papers';
import { useTitles } from './titles';
import { usePaperName } from './words';

interface Props {
  name: FieldName;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  /** The type of the paper, which some hints are for. */
  type: string;
  types: readonly string[];
  /** Papers whose place this one can take. */
  others: readonly Paper[];
}

/** One field of a paper's form, by how it is typed; the file has its own. */
export function PaperField({ name, value, onChange, error, type, types, others }: Props) {
  const t = useText(messages);
  const { options } = useLabels();
  const dates = useDates();
  const { label, as, hint, isPast, isRequired = false, maxLength } = fieldOf(name);
  const common = {
    label: t(label),
    value,
    onChange,
    error,
    isRequired,
    hint: hint && type ? t(`hint_${type}_${hint}` as Text) : undefined,
  };
  switch (as) {
    case 'type':
      return <Select {...common} options={options(types)} none={t('chooseOne')} autoFocus />;
    case 'title':
      return <TitleSelect {...common} />;
    case 'state':
      return <StateField {...common} />;
    case 'kind':
      return <KindField {...common} />;
    case 'paper':
      return <RenewedSelect {...common} others={others} />;
    case 'day':
      return <DateField {...common} {...(isPast ? { max: dates.today() } : {})} />;
    case 'lines':
      return <TextArea {...common} {...(maxLength ? { maxLength } : {})} rows={3} hint={t('notesHint')} />;
    default:
      return <TextField {...common} {...(maxLength ? { maxLength } : {})} />;
  }
}

type Common = Pick<Props, 'value' | 'onChange' | 'error'> & { label: string };

function TitleSelect(props: Common) {
  const t = useText(messages);
  const query = useTitles();
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Select
      {...props}
      options={(query.data ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
      none={t('chooseOne')}
      hint={query.data?.length === 0 ? t('noTitles') : undefined}
      isRequired
      autoFocus
    />
  );
}

function KindField({ label, value, onChange, error }: Common) {
  const t = useText(messages);
  const { optionsFor, kindOf } = useCertificateKinds();
  const [stored] = useState(value);
  const notes = value ? kindOf(value)?.notes : null;
  return (
    <ComboBox
      {...{ label, value, onChange, error, options: optionsFor(stored), emptyText: t('noSuchKind') }}
      hint={notes ?? undefined}
    />
  );
}

function RenewedSelect({ others, ...props }: Common & { others: readonly Paper[] }) {
  const t = useText(messages);
  const dates = useDates();
  const nameOf = usePaperName();
  const options = others.map((paper) => {
    const { expiryDate } = kindOf(paper.kind).valuesOf(paper.source);
    const until = expiryDate ? t('validUntil', { date: dates.date(expiryDate) }) : t('noExpiry');
    return { value: paper.id, label: `${nameOf(paper)} · ${until}` };
  });
  return <Select {...props} options={options} none={t('renewsNone')} />;
}

function StateField({ label, value, onChange, error }: Common) {
  const t = useText(messages);
  const states = useStates();
  const [known] = useState(states.options);
  // Organisations issue documents too, and may be stored without being on the list.
  const [stored] = useState(value);
  const isListed = stored === '' || known.some((option) => option.value === stored);
  const options = isListed ? known : [{ value: stored, label: stored }, ...known];
  return <ComboBox {...{ label, value, onChange, error, options }} emptyText={t('noSuchState')} />;
}
