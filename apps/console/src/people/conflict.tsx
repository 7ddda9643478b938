import { useId, useState } from 'react';
import { useText } from '../i18n/intl';
import { useLabels } from '../ui/labels';
import type { FieldName } from './fields';
import { messages } from './messages';
import type { PaperValues } from './paper-values';
import type { Paper } from './papers';
import styles from './papers.module.css';
import { useFieldWords } from './words';

interface Props {
  conflict: { paper: Paper; fields: FieldName[]; theirs: PaperValues };
  /** As the form stands: mine, until something else is chosen. */
  mine: PaperValues;
  onChoose: (field: FieldName, value: string) => void;
  /** The name of a title by its id. */
  titleOf: (id: string) => string;
}

/** Two have changed the same paper. Both values of each field that they disagree on, and the choice between them. */
export function Conflict({ conflict, mine, onChoose, titleOf }: Props) {
  const t = useText(messages);
  const { label } = useLabels();
  const { paper, fields, theirs } = conflict;
  return (
    <div className={styles.conflict} role="alert">
      <strong>{t('conflictTitle')}</strong>
      <p>
        {fields.length === 0 ? t('conflictNone') : t('conflictHelp')}{' '}
        {t('conflictStatus', { status: label(paper.verification.status) })}
      </p>
      {fields.map((field) => (
        <Choice key={`${field} ${theirs[field]}`} field={field} {...{ mine, theirs, onChoose, titleOf }} />
      ))}
    </div>
  );
}

function Choice({
  field,
  mine,
  theirs,
  onChoose,
  titleOf,
}: Pick<Props, 'mine' | 'onChoose' | 'titleOf'> & { field: FieldName; theirs: PaperValues }) {
  const t = useText(messages);
  const words = useFieldWords();
  const id = useId();
  // What was mine when the conflict was found; choosing theirs must not make the way back disappear.
  const [own] = useState(mine[field]);
  const show = (value: string) => {
    if (field === 'titleId') return titleOf(value);
    if (field !== 'uploadId' || value === '') return words.value(field, value);
    return t(value === own ? 'conflictMyFile' : 'conflictTheirFile');
  };
  const options = [
    { value: own, text: `${t('conflictMine')}: ${show(own)}` },
    { value: theirs[field], text: `${t('conflictTheirs')}: ${show(theirs[field])}` },
  ];
  return (
    <fieldset className={styles.choices}>
      <legend>{words.name(field)}</legend>
      {options.map(({ value, text }, index) => (
        <label key={index}>
          <input type="radio" name={id} checked={mine[field] === value} onChange={() => onChoose(field, value)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}
