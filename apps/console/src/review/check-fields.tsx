import { useText } from '../i18n/intl';
import { Select, TextField } from '../ui/fields';
import { CHECK_METHODS, useLabels } from '../ui/labels';
import type { DeskEntry } from './desk-entry';
import { messages } from './messages';
import type { Check } from './outbox';
import styles from './review.module.css';

const REFERENCE_LIMIT = 200;

/** What a reviewer says of how they checked it. */
export type Stated = Pick<Check, 'method' | 'reference'>;

/** What is true of whoever looks at a document on this page and says nothing else. */
export function statedAtFirst({ current }: DeskEntry): Stated {
  return { method: current?.file ? 'document_only' : null, reference: null };
}

interface Props {
  stated: Stated;
  onChange: (stated: Stated) => void;
}

export function CheckFields({ stated, onChange }: Props) {
  const t = useText(messages);
  const { methodLabel } = useLabels();
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
    </fieldset>
  );
}
