import { type PointerEvent, type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useText } from '../i18n/intl';
import { Icon } from '../ui/icon';
import type { UploadedFile } from './desk-entry';
import { type LoadedDocument, noteUsualWidth, type Shown, type Size, useDocument } from './documents';
import { messages } from './messages';
import styles from './viewer.module.css';

/** How the document lies on the desk; both files lie alike. */
export interface View {
  page: number;
  /** Quarter turns, clockwise. */
  turns: number;
  fit: 'page' | 'width';
  /** Times as large as it fits. */
  zoom: number;
}

export const FIRST_VIEW: View = { page: 1, turns: 0, fit: 'page', zoom: 1 };

const MARGIN = 16;
/** Zooming in steps draws the last one. */
const SETTLE_MS = 120;

interface Props {
  file: UploadedFile;
  view: View;
  /** Read out. */
  name: string;
  /** Moved by the keyboard. */
  box: RefObject<HTMLDivElement | null>;
  onZoom: (factor: number) => void;
  /** The page is on the screen. */
  onShown?: ((page: number) => void) | undefined;
}

/** One page of a file: its picture at once, then the page as sharp as the screen. */
export function PageView({ file, view, name, box, onZoom, onShown }: Props) {
  const t = useText(messages);
  const document = useDocument(file);
  const page = Math.min(view.page, document.pageCount);
  const sheet = useRef<HTMLDivElement>(null);
  const room = useSizeOf(box);
  const size = usePageSize(document, page);
  const [state, setState] = useState<'loading' | 'picture' | 'sharp' | 'failed'>('loading');
  const layout = room && size ? layOut(room, size, view) : null;
  const pixels = layout ? Math.round(layout.width * window.devicePixelRatio) : 0;
  const isReady = pixels > 0;

  const tell = useEffectEvent(() => onShown?.(page));
  useLayoutEffect(() => {
    const target = sheet.current;
    if (!target || !isReady) return;
    const put = ({ element, isSharp }: Shown) => {
      if (target.firstChild !== element) target.replaceChildren(element);
      tell();
      setState(isSharp ? 'sharp' : 'picture');
    };
    const there = document.now(page, pixels);
    if (there) put(there);
    // Another page of the same file stays until the new one is drawn.
    else if (target.dataset['file'] !== file.id) {
      target.replaceChildren();
      setState('loading');
    } else setState('picture');
    const isNew = target.dataset['file'] !== file.id;
    target.dataset['file'] = file.id;
    if (there?.isSharp) return;
    let isOver = false;
    const sharpen = () => {
      void document.pictured.then(() => {
        const picture = isOver ? null : document.now(page, pixels);
        if (picture) put(picture);
      });
      document.best(page, pixels).then(
        (best) => {
          if (!isOver) put(best);
        },
        () => {
          if (!isOver) setState((before) => (before === 'picture' && page === 1 ? 'picture' : 'failed'));
        },
      );
    };
    const timer = isNew ? undefined : window.setTimeout(sharpen, SETTLE_MS);
    if (isNew) sharpen();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [document, file.id, page, pixels, isReady]);

  useEffect(() => {
    if (view.zoom === 1 && view.page === 1 && pixels > 0) noteUsualWidth(pixels);
  }, [view.zoom, view.page, pixels]);

  // Not passive: the browser would zoom the whole page.
  const wheel = useEffectEvent((event: WheelEvent) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    onZoom(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  });
  useEffect(() => {
    const element = box.current;
    const listen = (event: WheelEvent) => wheel(event);
    element?.addEventListener('wheel', listen, { passive: false });
    return () => element?.removeEventListener('wheel', listen);
  }, [box]);

  const isTurned = view.turns % 2 === 1;
  return (
    <div
      ref={box}
      className={styles.scroller}
      role="region"
      aria-label={name}
      aria-busy={state === 'loading' || state === 'picture'}
      data-state={state}
      data-file={file.id}
      // Scrolled with the arrow keys once it has the focus.
      // eslint-disable-next-line jsx-a11y-x/no-noninteractive-tabindex
      tabIndex={0}
      onPointerDown={drag}
    >
      <div
        className={styles.stage}
        style={
          layout
            ? { width: isTurned ? layout.height : layout.width, height: isTurned ? layout.width : layout.height }
            : {}
        }
      >
        <div
          ref={sheet}
          role="img"
          aria-label={name}
          className={styles.sheet}
          style={
            layout
              ? {
                  width: layout.width,
                  height: layout.height,
                  transform: `translate(-50%, -50%) rotate(${view.turns * 90}deg)`,
                }
              : {}
          }
        />
      </div>
      {state === 'loading' && (
        <div className={styles.over} role="status">
          {t('loading')}
        </div>
      )}
      {state === 'failed' && (
        <div className={styles.over} role="status">
          <Icon name="warning" /> {document.now(1, 1) ? t('pictureOnly') : t('noPicture')}
        </div>
      )}
    </div>
  );
}

/** Drawn along with the mouse; fingers do that by themselves. */
function drag(event: PointerEvent<HTMLDivElement>): void {
  if (event.pointerType !== 'mouse' || event.button !== 0) return;
  const element = event.currentTarget;
  // Not of the scrollbars.
  if (event.nativeEvent.offsetX > element.clientWidth && event.target === element) return;
  let { clientX: x, clientY: y } = event;
  const move = (moved: globalThis.PointerEvent) => {
    element.scrollBy(x - moved.clientX, y - moved.clientY);
    ({ clientX: x, clientY: y } = moved);
  };
  const stop = () => {
    element.removeEventListener('pointermove', move);
    element.removeEventListener('lostpointercapture', stop);
  };
  element.setPointerCapture(event.pointerId);
  element.addEventListener('pointermove', move);
  element.addEventListener('lostpointercapture', stop);
}

/** The page's own width and height on the screen, before it is turned. */
function layOut(room: Size, size: Size, { turns, fit, zoom }: View): Size {
  const [width, height] = turns % 2 === 1 ? [size.height, size.width] : [size.width, size.height];
  const across = Math.max(50, room.width - 2 * MARGIN) / width;
  const down = Math.max(50, room.height - 2 * MARGIN) / height;
  const scale = (fit === 'width' ? across : Math.min(across, down)) * zoom;
  return { width: size.width * scale, height: size.height * scale };
}

function useSizeOf(ref: RefObject<HTMLElement | null>): Size | null {
  const [size, setSize] = useState<Size | null>(null);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => {
      // Of the box, so that a scrollbar that comes and goes does not move the page.
      const { width, height } = element.getBoundingClientRect();
      setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}

function usePageSize(document: LoadedDocument, page: number): Size | null {
  const { file } = document;
  const known = file.width !== null && file.height !== null && (page === 1 || file.mime !== 'application/pdf');
  const [asked, setAsked] = useState<{ file: string; page: number; size: Size } | null>(null);
  useEffect(() => {
    if (known) return;
    let isOver = false;
    document.sizeOf(page).then(
      (size) => {
        if (!isOver) setAsked({ file: file.id, page, size });
      },
      () => undefined,
    );
    return () => {
      isOver = true;
    };
  }, [document, file.id, page, known]);
  if (file.width !== null && file.height !== null && known) return { width: file.width, height: file.height };
  if (asked?.file === file.id && asked.page === page) return asked.size;
  // Until it is known, the shape of the first page, which most others have.
  return file.width !== null && file.height !== null ? { width: file.width, height: file.height } : null;
}
