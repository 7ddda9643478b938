import { useText } from '../i18n/intl';
import { useDates } from '../i18n/format';
import { DateField, Select, TextField } from '../ui/fields';
import { CHECK_METHODS, useLabels } from '../ui/labels';
import type { DeskEntry } from './desk-entry';
import { messages } from './messages';
import type { Check } from './outbox';
import styles from './review.module.css';

const REFERENCE_LIMIT = 200;

/** What a reviewer says of how they checked it. */
export type Stated = Pick<Check, 'method' | 'reference'> & {
  /** The day, where it was not the one of the decision: `YYYY-MM-DD`. */
  checkedOn: string | null;
};

export const NOTHING_STATED: Stated = { method: null, reference: null, checkedOn: null };
/** The oldest that the API takes. */
const FIRST_DAY = '1900-01-01';

/** Nothing is checked tomorrow. */
export function isPossible({ checkedOn }: Stated, today: string): boolean {
  return checkedOn === null || (checkedOn >= FIRST_DAY && checkedOn <= today);
}

/** What is true of whoever looks at a document on this page and says nothing else. */
export function statedAtFirst({ current }: DeskEntry): Stated {
  return { ...NOTHING_STATED, method: current?.file?.downloadUrl ? 'document_only' : null };
}

interface Props {
  stated: Stated;
  onChange: (stated: Stated) => void;
}

export function CheckFields({ stated, onChange }: Props) {
  const t = useText(messages);
  const { methodLabel } = useLabels();
  const today = useDates().today();
  return (
    <fieldset className={styles.check}>
      <legend>{t('howChecked')}</legend>
      <Select
        label={t('method')}
        value={stated.method ?? ''}
        none={t('notStated')}
        options={CHECK_METHODS.map((value) => ({ value, label: methodLabel(value) }))}
        onChange={(method) => onChange({ ...stated, method: method || null })}
      />
      <TextField
        label={t('reference')}
        hint={t('referenceHint')}
        value={stated.reference ?? ''}
        maxLength={REFERENCE_LIMIT}
        onChange={(reference) => onChange({ ...stated, reference: reference.trim() === '' ? null : reference })}
      />
      <DateField
        label={t('checkedOn')}
        hint={t('checkedOnHint')}
        value={stated.checkedOn ?? ''}
        min={FIRST_DAY}
        max={today}
        error={isPossible(stated, today) ? undefined : t('checkedOnWrong')}
        onChange={(day) => onChange({ ...stated, checkedOn: day || null })}
      />
    </fieldset>
  );
}
