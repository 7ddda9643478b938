import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Pages } from '../api/queries';
import { useText } from '../i18n/intl';
import { Button } from './button';
import styles from './data-table.module.css';
import { Empty } from './empty';
import { messages } from './messages';
import { ProblemView } from './problem-view';
import { Skeleton } from './skeleton';

export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Left out on a phone, where each row is a card. */
  isSecondary?: boolean;
  /** Figures. */
  isNumeric?: boolean;
}

interface Props<T> {
  /** What the table lists; its name for a screen reader. */
  label: string;
  columns: readonly Column<T>[];
  rowKey: (row: T) => string;
  /** The first column leads there. */
  rowLink?: (row: T) => string;
  isFiltered?: boolean;
  onClearFilters?: () => void;
  emptyText?: string;
  /** Instead of the plain empty text. */
  empty?: ReactNode;
}

/** A keyset list with all of its states: loading, problem, empty, more to come. */
export function DataTable<T>({ pages, ...props }: Props<T> & { pages: Pages<T> }) {
  const t = useText(messages);
  const { data, error, isPending, hasNextPage, isFetchingNextPage, isPlaceholderData } = pages;
  if (error && !data) return <ProblemView problem={error} onRetry={() => void pages.refetch()} />;
  if (isPending) return <Skeleton />;
  const rows = data.pages.flatMap(({ items }) => items);
  const total = data.pages[0]?.totalCount ?? null;
  const count = hasNextPage
    ? total === null
      ? t('shownMore', { count: rows.length })
      : t('shownOf', { count: rows.length, total })
    : t('shown', { count: rows.length });
  return (
    <div className={isPlaceholderData ? styles.stale : undefined} aria-busy={isPlaceholderData}>
      <Table rows={rows} {...props} />
      {error && <ProblemView problem={error} onRetry={() => void pages.fetchNextPage()} />}
      <div className={styles.footer}>
        <span role="status">{rows.length > 0 ? count : ''}</span>
        {hasNextPage && !error && (
          <Button isPending={isFetchingNextPage} onPress={() => void pages.fetchNextPage()}>
            {t('loadMore')}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The table alone, for a list that is complete. */
export function Table<T>({
  label,
  columns,
  rows,
  rowKey,
  rowLink,
  isFiltered = false,
  onClearFilters,
  emptyText,
  empty,
}: Props<T> & { rows: readonly T[] }) {
  const t = useText(messages);
  if (rows.length === 0) {
    if (isFiltered) {
      return (
        <Empty text={t('emptyFiltered')}>
          {onClearFilters && <Button onPress={onClearFilters}>{t('clearFilters')}</Button>}
        </Empty>
      );
    }
    return empty ?? <Empty text={emptyText ?? t('empty')} />;
  }
  return (
    // A wide table scrolls sideways within itself; the keyboard needs to get there.
    // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
    <div className={styles.scroller} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table}>
        <caption className={styles.caption}>{label}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classOf(column)}>
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) => {
                const content = column.cell(row);
                return (
                  <td key={column.key} className={classOf(column)} data-header={column.header}>
                    {index === 0 && rowLink ? <Link to={rowLink(row)}>{content}</Link> : content}
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

function classOf<T>({ isSecondary, isNumeric }: Column<T>): string | undefined {
  return [isSecondary ? styles.secondary : '', isNumeric ? styles.numeric : ''].filter(Boolean).join(' ') || undefined;
}
