import { useRef, useState } from 'react';
import { useText } from '../i18n/intl';
import { FIRST_VIEW, PageView, type View } from '../review/page-view';
import { IconButton } from '../ui/button';
import { messages } from './messages';
import type { UploadInfo } from './papers';
import styles from './uploads.module.css';

const STEP = 1.25;
const SMALLEST = 0.5;
const LARGEST = 8;

/** One file, page by page, as the review desk draws it. */
export default function FileViewer({ file }: { file: UploadInfo }) {
  const t = useText(messages);
  const [view, setView] = useState<View>(FIRST_VIEW);
  const box = useRef<HTMLDivElement>(null);
  const count = file.pageCount ?? 1;
  const zoom = (factor: number) =>
    setView((was) => ({ ...was, zoom: Math.min(LARGEST, Math.max(SMALLEST, was.zoom * factor)) }));
  const go = (page: number) => {
    setView((was) => ({ ...was, page }));
    box.current?.scrollTo({ top: 0 });
  };
  return (
    <div className={styles.viewer}>
      <div className={styles.actions}>
        <IconButton label={t('zoomOut')} icon="minus" onPress={() => zoom(1 / STEP)} />
        <span>{Math.round(view.zoom * 100)} %</span>
        <IconButton label={t('zoomIn')} icon="plus" onPress={() => zoom(STEP)} />
        <IconButton
          label={t('turn')}
          icon="refresh"
          onPress={() => setView((was) => ({ ...was, turns: (was.turns + 1) % 4 }))}
        />
        {count > 1 && (
          <>
            <IconButton
              label={t('previousPage')}
              icon="chevronLeft"
              isDisabled={view.page === 1}
              onPress={() => go(view.page - 1)}
            />
            <span role="status">{t('pageOf', { page: view.page, count })}</span>
            <IconButton
              label={t('nextPage')}
              icon="chevronRight"
              isDisabled={view.page === count}
              onPress={() => go(view.page + 1)}
            />
          </>
        )}
      </div>
      <div className={styles.sheet}>
        <PageView
          file={file}
          view={view}
          name={t('pictureOf', { name: file.originalFilename })}
          box={box}
          onZoom={zoom}
        />
      </div>
    </div>
  );
}
