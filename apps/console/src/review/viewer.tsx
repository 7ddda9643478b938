import { useRef, useState } from 'react';
import { useText } from '../i18n/intl';
import { IconButton, Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { useLabels } from '../ui/labels';
import { useShortcuts } from '../ui/shortcuts';
import { type ComparedSubmission, type DeskEntry, nameOf, type UploadedFile } from './desk-entry';
import { messages } from './messages';
import { FIRST_VIEW, PageView, type View } from './page-view';
import styles from './viewer.module.css';

const STEP = 1.25;
const SMALLEST = 0.5;
const LARGEST = 8;
/** How far a key moves the document, in pixels. */
const PAN = 80;

type Sides = 'current' | 'earlier' | 'both';

interface Props {
  entry: DeskEntry;
  /** These pages of the current file have been on the screen; all of them once it was downloaded. */
  onShown: (pages: readonly number[]) => void;
}

/** The document of a paper, and the one that was sent in before. Mount it anew for each submission. */
export function Viewer({ entry, onShown }: Props) {
  const t = useText(messages);
  const { label } = useLabels();
  const [view, setView] = useState<View>(FIRST_VIEW);
  const [sides, setSides] = useState<Sides>('current');
  const [left, right] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const { current, previous } = entry;
  const file = shownFile(current);
  const before = shownFile(previous);
  const hasEarlier = before !== null && before.id !== file?.id;
  const shown = hasEarlier ? sides : 'current';
  const front = shown === 'earlier' ? before : file;
  const pageCount = Math.max(
    ...[shown === 'earlier' ? null : file, shown === 'current' ? null : before].map((one) => one?.pageCount ?? 1),
  );
  const page = Math.min(view.page, pageCount);

  const zoom = (factor: number) =>
    setView((was) => ({ ...was, zoom: Math.min(LARGEST, Math.max(SMALLEST, was.zoom * factor)) }));
  const fit = () =>
    setView((was) => ({ ...was, zoom: 1, fit: was.zoom !== 1 ? was.fit : was.fit === 'page' ? 'width' : 'page' }));
  const turn = () => setView((was) => ({ ...was, turns: (was.turns + 1) % 4 }));
  const go = (to: number) => {
    if (to < 1 || to > pageCount) return;
    setView((was) => ({ ...was, page: to }));
    for (const box of [left, right]) box.current?.scrollTo({ top: 0 });
  };
  const pan = (x: number, y: number) => {
    for (const box of [left, right]) box.current?.scrollBy(x, y);
  };
  const toggle = (to: Sides) => setSides((was) => (was === to ? 'current' : to));

  useShortcuts([
    { key: 'ArrowRight', label: t('nextPage'), run: () => go(page + 1), isRepeated: true },
    { key: 'ArrowLeft', label: t('previousPage'), run: () => go(page - 1), isRepeated: true },
    { key: '+', label: t('zoomIn'), run: () => zoom(STEP), isRepeated: true },
    { key: '-', label: t('zoomOut'), run: () => zoom(1 / STEP), isRepeated: true },
    { key: 'f', label: t('fit'), run: fit },
    { key: 't', label: t('turn'), run: turn },
    { key: 'w', label: t('panUp'), run: () => pan(0, -PAN), isRepeated: true },
    { key: 'a', label: t('panLeft'), run: () => pan(-PAN, 0), isRepeated: true },
    { key: 's', label: t('panDown'), run: () => pan(0, PAN), isRepeated: true },
    { key: 'd', label: t('panRight'), run: () => pan(PAN, 0), isRepeated: true },
    { key: 'e', label: t('earlier'), run: () => toggle('earlier'), isDisabled: !hasEarlier },
    { key: 'b', label: t('both'), run: () => toggle('both'), isDisabled: !hasEarlier },
  ]);

  const nameFor = (submission: ComparedSubmission) =>
    `${t('documentOf', { subject: label(entry.subject), name: nameOf(entry.person), page })} · ${t('submission', { number: submission.number })}`;
  return (
    <div className={styles.viewer}>
      <div className={styles.toolbar}>
        <div className={styles.group}>
          <IconButton label={t('zoomOut')} icon="minus" shortcut="-" onPress={() => zoom(1 / STEP)} />
          <span className={styles.zoom}>{Math.round(view.zoom * 100)} %</span>
          <IconButton label={t('zoomIn')} icon="plus" shortcut="+" onPress={() => zoom(STEP)} />
          <IconButton label={t('fit')} icon="screen" shortcut="F" onPress={fit} />
          <IconButton label={t('turn')} icon="refresh" shortcut="T" onPress={turn} />
        </div>
        {pageCount > 1 && (
          <div className={styles.group}>
            <IconButton
              label={t('previousPage')}
              icon="chevronLeft"
              shortcut="ArrowLeft"
              isDisabled={page === 1}
              onPress={() => go(page - 1)}
            />
            <span role="status">{t('pageOf', { page, count: pageCount })}</span>
            <IconButton
              label={t('nextPage')}
              icon="chevronRight"
              shortcut="ArrowRight"
              isDisabled={page === pageCount}
              onPress={() => go(page + 1)}
            />
          </div>
        )}
        {hasEarlier && (
          <div className={styles.group}>
            <Button variant="quiet" shortcut="E" onPress={() => toggle('earlier')}>
              {t(shown === 'earlier' ? 'current' : 'earlier')}
            </Button>
            <span className={styles.wideOnly}>
              <Button variant="quiet" shortcut="B" onPress={() => toggle('both')}>
                {t(shown === 'both' ? 'current' : 'both')}
              </Button>
            </span>
          </div>
        )}
        {front?.downloadUrl && (
          <a
            className={styles.download}
            href={front.downloadUrl}
            download={front.originalFilename}
            onClick={() => front === file && onShown(pagesOf(file))}
          >
            {t('download')}
          </a>
        )}
      </div>
      {hasEarlier && shown !== 'current' && previous && current && (
        <div className={styles.captions} role="status">
          <span className={styles.earlier}>{t('shownEarlier', { number: previous.number })}</span>
          {shown === 'both' && <span>{t('shownCurrent', { number: current.number })}</span>}
        </div>
      )}
      <div className={styles.pages}>
        {shown !== 'current' && before && previous && (
          <PageView file={before} view={view} name={nameFor(previous)} box={left} onZoom={zoom} />
        )}
        {shown !== 'earlier' &&
          (file && current ? (
            <PageView
              file={file}
              view={view}
              name={nameFor(current)}
              box={right}
              onZoom={zoom}
              onShown={(shown) => onShown([shown])}
            />
          ) : (
            <Empty text={emptyText(current?.file ?? null)} />
          ))}
      </div>
    </div>
  );

  function emptyText(one: UploadedFile | null): string {
    if (one === null) return t('noFile');
    if (one.status === 'infected') return t('infected', { threat: one.threatName ?? '?' });
    if (one.status === 'uploaded' || one.status === 'pending') return t('beingChecked');
    return one.status === 'failed' ? t('fileFailed') : t('fileGone');
  }
}

/** The numbers of its pages; a picture is one. */
export function pagesOf({ pageCount }: UploadedFile): number[] {
  return Array.from({ length: pageCount ?? 1 }, (_, index) => index + 1);
}

/** The file, if there is something to show of it. */
function shownFile(submission: ComparedSubmission | null): UploadedFile | null {
  const file = submission?.file;
  return file?.downloadUrl ? file : null;
}
