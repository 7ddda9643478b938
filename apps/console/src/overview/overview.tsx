import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer, api, type Schemas } from '../api/client';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Needs } from '../shell/layout';
import { LinkButton } from '../ui/button';
import { useLabels } from '../ui/labels';
import { Page, Section } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { messages } from './messages';
import styles from './overview.module.css';

type Overview = Schemas['OverviewResponse'];
type Span = Schemas['ExpirySpanResponse'];

const AGES = ['age0', 'age1', 'age2', 'age3'] as const;
const WINDOWS = ['window0', 'window1', 'window2', 'window3'] as const;
const REFRESH_MS = 60_000;

export function Component() {
  return (
    <Needs permission="queue:read">
      <OverviewPage />
    </Needs>
  );
}

function OverviewPage() {
  const t = useText(messages);
  const dates = useDates();
  const query = useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/crew/overview', { signal })),
    refetchInterval: REFRESH_MS,
  });
  const { data } = query;
  return (
    <Page title={t('title')} subtitle={data && t('today', { date: dates.date(data.today) })}>
      {query.isPending && <Skeleton />}
      {query.error && <ProblemView problem={query.error} onRetry={() => void query.refetch()} />}
      {data && (
        <>
          <div className={styles.cards}>
            <Waiting overview={data} />
            <Rejected overview={data} />
            <Expiring overview={data} />
          </div>
          <Section title={t('byMonth')}>
            <Months overview={data} />
          </Section>
          <Section title={t('byType')}>
            <Types overview={data} />
          </Section>
          <Section title={t('reviewed')}>
            <Reviewed overview={data} />
          </Section>
        </>
      )}
    </Page>
  );
}

/** A sum of counts; "or more" when one of them stopped at the bound. */
function useCounts({ countedUpTo }: Overview) {
  const t = useText(messages);
  const dates = useDates();
  return (counts: readonly number[]) => {
    const sum = counts.reduce((before, count) => before + count, 0);
    return counts.some((count) => count >= countedUpTo) ? t('atLeast', { count: sum }) : dates.number(sum);
  };
}

function Waiting({ overview }: { overview: Overview }) {
  const t = useText(messages);
  const dates = useDates();
  const words = useCounts(overview);
  const { waiting, oldestSubmittedAt } = overview;
  return (
    <Card title={t('waiting')} figure={words(waiting.map(({ count }) => count))} to="/review">
      {oldestSubmittedAt === null ? (
        <p>{t('nothingWaits')}</p>
      ) : (
        <>
          <p>{t('oldest', { ago: dates.ago(oldestSubmittedAt) })}</p>
          <ul className={styles.facts}>
            {waiting.map(({ count }, index) => (
              <li key={AGES[index]}>
                <span>{t(AGES[index] ?? 'age3')}</span>
                <span className={styles.number}>{words([count])}</span>
              </li>
            ))}
          </ul>
          <div>
            <LinkButton to="/review">{t('startReview')}</LinkButton>
          </div>
        </>
      )}
    </Card>
  );
}

const KINDS = {
  certificate: 'certificates',
  diploma: 'diplomas',
  identity_document: 'identityDocuments',
} as const satisfies Record<Overview['rejected'][number]['targetType'], string>;

function Rejected({ overview }: { overview: Overview }) {
  const t = useText(messages);
  const words = useCounts(overview);
  // The list that the figure opens knows no other papers; these have a line of their own.
  const counts = overview.rejected
    .filter(({ targetType }) => targetType !== 'identity_document')
    .map(({ count }) => count);
  const list = '/people?verification_state=action_needed';
  const isNone = overview.rejected.every(({ count }) => count === 0);
  return (
    <Card title={t('rejected')} figure={words(counts)} to={list}>
      {isNone ? (
        <p>{t('rejectedNone')}</p>
      ) : (
        <>
          <ul className={styles.facts}>
            {overview.rejected.map(({ targetType, count }) => (
              <li key={targetType}>
                <span>{t(KINDS[targetType], { count })}</span>
                <span className={styles.number}>{words([count])}</span>
              </li>
            ))}
          </ul>
          <Link to={list}>{t('rejectedHelp')}</Link>
        </>
      )}
    </Card>
  );
}

function Expiring({ overview }: { overview: Overview }) {
  const t = useText(messages);
  const words = useCounts(overview);
  return (
    <div className={styles.card}>
      <h2>{t('expiring')}</h2>
      <ul className={styles.facts}>
        {overview.expiry.map((span, index) => (
          <li key={span.expiresTo}>
            <Link to={listOf(span)}>{t(WINDOWS[index] ?? 'window3')}</Link>
            <span className={`${styles.number} ${index === 0 ? styles.strong : ''}`}>
              {words(span.counts.map(({ count }) => count))}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Card({ title, figure, to, children }: { title: string; figure: string; to: string; children: ReactNode }) {
  return (
    <div className={styles.card}>
      <h2>{title}</h2>
      <Link to={to} className={styles.figure} aria-label={`${title}: ${figure}`}>
        {figure}
      </Link>
      {children}
    </div>
  );
}

/** A bar for each month; each leads to the list of what expires in it. */
function Months({ overview }: { overview: Overview }) {
  const dates = useDates();
  const words = useCounts(overview);
  const bars = overview.months.map((span) => {
    const counts = span.counts.map(({ count }) => count);
    const month = span.expiresTo.slice(0, 7);
    return { span, month, words: words(counts), sum: counts.reduce((before, count) => before + count, 0) };
  });
  const most = Math.max(1, ...bars.map(({ sum }) => sum));
  return (
    <div className={styles.panel}>
      <ol className={styles.months}>
        {bars.map(({ span, month, sum, words: figure }) => (
          <li key={month}>
            <Link to={listOf(span)} className={styles.month}>
              <span className={styles.value}>{figure}</span>
              <svg className={styles.column} viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
                <rect y={100 - (sum / most) * 100} height={(sum / most) * 100} width={10} className={styles.bar} />
              </svg>
              <span className={styles.axis}>{dates.month(month)}</span>
            </Link>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Type by window; each bar leads to its list. */
function Types({ overview }: { overview: Overview }) {
  const t = useText(messages);
  const { label } = useLabels();
  const words = useCounts(overview);
  const types = overview.expiry[0]?.counts.map(({ certificateType }) => certificateType) ?? [];
  const countOf = (span: Span, type: string) =>
    span.counts.find(({ certificateType }) => certificateType === type)?.count ?? 0;
  const most = Math.max(1, ...overview.expiry.flatMap(({ counts }) => counts.map(({ count }) => count)));
  return (
    // Scrolls sideways on a phone; the keyboard needs to get there.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className={styles.panel} role="region" aria-label={t('byType')} tabIndex={0}>
      <table className={styles.types}>
        <thead>
          <tr>
            <th scope="col">{t('type')}</th>
            {overview.expiry.map((span, index) => (
              <th key={span.expiresTo} scope="col">
                {t(WINDOWS[index] ?? 'window3')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <tr key={type}>
              <th scope="row">{label(type)}</th>
              {overview.expiry.map((span, index) => {
                const count = countOf(span, type);
                const window = t(WINDOWS[index] ?? 'window3');
                return (
                  <td key={span.expiresTo}>
                    <Link
                      to={listOf(span, type)}
                      className={styles.cell}
                      aria-label={t('cell', { type: label(type), window, count: words([count]) })}
                    >
                      <svg className={styles.row} viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                        <rect width={(count / most) * 100} height={10} className={styles[`tone${index}`]} />
                      </svg>
                      <span className={styles.number}>{words([count])}</span>
                    </Link>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Reviewed({ overview }: { overview: Overview }) {
  const t = useText(messages);
  const dates = useDates();
  const { reviewed } = overview;
  const most = Math.max(1, ...reviewed.map(({ verified, rejected }) => verified + rejected));
  const sum = (of: 'verified' | 'rejected') => reviewed.reduce((before, day) => before + day[of], 0);
  const height = (count: number) => (count / most) * 100;
  return (
    <div className={styles.panel}>
      <div className={styles.legend}>
        <span className={styles.good}>{t('verified')}</span>
        <span className={styles.bad}>{t('rejectedWord')}</span>
        <span>{t('reviewedSum', { verified: sum('verified'), rejected: sum('rejected') })}</span>
      </div>
      <ol className={styles.days}>
        {reviewed.map(({ date, verified, rejected }) => {
          const words = t('reviewedDay', { date: dates.date(date), verified, rejected });
          return (
            <li key={date} title={words}>
              <span className={styles.hidden}>{words}</span>
              <svg className={styles.column} viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
                <rect y={100 - height(verified)} height={height(verified)} width={10} className={styles.verified} />
                <rect
                  y={100 - height(verified + rejected)}
                  height={height(rejected)}
                  width={10}
                  className={styles.rejected}
                />
              </svg>
            </li>
          );
        })}
      </ol>
      <div className={styles.ends} aria-hidden="true">
        <span>{dates.date(reviewed[0]?.date ?? overview.today)}</span>
        <span>{dates.date(overview.today)}</span>
      </div>
    </div>
  );
}

/** The list of certificates behind a count. */
function listOf({ expiresFrom, expiresTo }: Span, type?: string): string {
  const query = new URLSearchParams();
  if (type) query.set('certificate_type', type);
  if (expiresFrom) query.set('expires_from', expiresFrom);
  query.set('expires_to', expiresTo);
  return `/certificates?${query.toString()}`;
}
