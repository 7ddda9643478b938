import type { ReactNode } from 'react';
import { type ApiProblem } from '../api/problem';
import { useText } from '../i18n/intl';
import { Button } from './button';
import { Icon } from './icon';
import { messages } from './messages';
import styles from './problem-view.module.css';

interface Props {
  problem: ApiProblem;
  onRetry?: () => void;
  /** Own words for some codes. */
  texts?: Readonly<Record<string, string>>;
}

/** What went wrong, in a sentence, with the number that the server's log knows it by. */
export function ProblemView({ problem, onRetry, texts }: Props) {
  const t = useText(messages);
  const words = useProblemText();
  return (
    <div className={styles.problem} role="alert">
      <Icon name="warning" />
      <div>
        <div>{words(problem, texts)}</div>
        {problem.requestId && <div className={styles.request}>{t('requestId', { id: problem.requestId })}</div>}
      </div>
      {onRetry && (
        <Button icon="refresh" onPress={onRetry}>
          {t('retry')}
        </Button>
      )}
    </div>
  );
}

/** The sentence for a problem. */
export function useProblemText() {
  const t = useText(messages);
  const everywhere: Readonly<Record<string, string>> = { under_maintenance: t('underMaintenance') };
  return (problem: ApiProblem, texts: Readonly<Record<string, string>> = {}) =>
    texts[problem.code] ??
    everywhere[problem.code] ??
    (problem.detail || t(problem.status === 0 ? 'noAnswer' : 'unknownProblem'));
}

/** Above a form: what is wrong besides single fields, or all of it where no field shows it. */
export function FormProblem({
  problem,
  texts,
  fields = [],
}: {
  problem: ApiProblem | null;
  texts?: Readonly<Record<string, string>>;
  /** Wire names of the form's fields, which show their own. */
  fields?: readonly string[];
}) {
  if (!problem) return null;
  const wrong = Object.keys(problem.fields);
  if (wrong.length > 0 && wrong.every((field) => fields.includes(field))) return null;
  return <ProblemView problem={problem} {...(texts ? { texts } : {})} />;
}

/** A quiet sentence set apart: a fact, no failure. */
export function Note({ children, tone = 'info' }: { children: ReactNode; tone?: 'info' | 'warn' | 'good' }) {
  const icon = tone === 'info' ? 'info' : tone === 'warn' ? 'warning' : 'check';
  return (
    <div className={`${styles.note} ${styles[tone]}`} role="status">
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}
