import type { Meanwhile } from '../api/editing';
import { useText } from '../i18n/intl';
import { Note } from '../ui/problem-view';
import { messages } from './messages';

/** Says what somebody else changed while this person was typing. */
export function ChangedMeanwhile({
  isConflict,
  isGone,
  changes,
  nameOf,
  wordOf,
}: {
  isConflict: boolean;
  isGone: boolean;
  changes: readonly Meanwhile[];
  nameOf: (field: string) => string;
  wordOf: (value: unknown) => string;
}) {
  const t = useText(messages);
  if (isGone) return <Note tone="warn">{t('gone')}</Note>;
  if (!isConflict && changes.length === 0) return null;
  return (
    <Note tone="warn">
      {t('meanwhile')}
      <ul>
        {changes.map(({ field, before, after }) => (
          <li key={field}>
            {t('meanwhileField', { field: nameOf(field), before: wordOf(before), after: wordOf(after) })}
          </li>
        ))}
      </ul>
    </Note>
  );
}
