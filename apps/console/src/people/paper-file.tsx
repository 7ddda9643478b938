import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { answer, api } from '../api/client';
import { useChange } from '../api/queries';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { FileStateBadge } from '../ui/badges';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import { messages } from './messages';
import { downloadLink, fileKey, type Paper, readFile, type UploadInfo } from './papers';
import styles from './papers.module.css';
import { useFailureText, usePaperName } from './words';

/** Links run out after some minutes; before that they are not asked for again, because each asking is recorded as a reading. */
const LINKS_GOOD_MS = 4 * 60_000;
const CHECKING_MS = 1_500;

/** The file of an open paper: its picture, what is known of it, and the original. */
export function PaperFile({ paper }: { paper: Paper }) {
  const t = useText(messages);
  const dates = useDates();
  const failureText = useFailureText();
  const toasts = useToasts();
  const name = usePaperName()(paper);
  const [isShown, setShown] = useState(false);
  const query = useQuery({
    queryKey: fileKey(paper),
    queryFn: ({ signal }) => readFile(paper, signal),
    enabled: paper.uploadId !== null,
    staleTime: LINKS_GOOD_MS,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => (state.data?.status === 'uploaded' ? CHECKING_MS : false),
  });
  const download = useChange(() => downloadLink(paper), {
    onSuccess: openAttachment,
    onError: (problem) => toasts.problem(problem),
  });
  if (paper.uploadId === null) return <p className={styles.muted}>{t('noFileYet')}</p>;
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton rows={3} />;
  const file = query.data;
  const { thumb } = file.derivatives;
  const isReady = file.status === 'ready';
  const refusal = file.failureCode ?? file.threatName;
  return (
    <div className={styles.file}>
      <div className={styles.thumbnail}>
        {thumb ? (
          <img src={thumb} alt={t('pictureOf', { name: file.originalFilename })} />
        ) : (
          <Icon name="file" size={32} />
        )}
      </div>
      <div className={styles.fileFacts}>
        <strong>{file.originalFilename}</strong>
        <span className={styles.muted}>
          {[dates.bytes(file.sizeBytes), file.pageCount ? t('pages', { count: file.pageCount }) : '']
            .filter(Boolean)
            .join(' · ')}
        </span>
        {!isReady && (
          <div>
            <FileStateBadge status={file.status} />
          </div>
        )}
        {file.status === 'uploaded' && !refusal && <span>{t('beingChecked')}</span>}
        {refusal && (
          <span>{failureText({ code: file.failureCode ?? '', detail: '', threatName: file.threatName })}</span>
        )}
        {isReady && (
          <div className={styles.actions}>
            <Button icon="search" onPress={() => setShown(true)} label={t('viewPaper', { paper: name })}>
              {t('view')}
            </Button>
            <Button
              icon="download"
              isPending={download.isPending}
              onPress={() => download.run()}
              label={t('downloadPaper', { paper: name })}
            >
              {t('download')}
            </Button>
          </div>
        )}
        {file.sha256 && (
          <details className={styles.muted}>
            <summary>{t('checksum')}</summary>
            <code>{file.sha256}</code>
          </details>
        )}
      </div>
      <FileDialog file={isShown ? file : null} onClose={() => setShown(false)} />
    </div>
  );
}

/** An earlier file of the history, by its upload; a professional sees those they sent themselves. */
export function EarlierFile({ uploadId, onClose }: { uploadId: string | null; onClose: () => void }) {
  const t = useText(messages);
  const query = useQuery({
    queryKey: ['upload', uploadId],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/shared/uploads/{upload_id}', { params: { path: { upload_id: uploadId ?? '' } }, signal }),
      ),
    enabled: uploadId !== null,
    staleTime: LINKS_GOOD_MS,
    refetchOnWindowFocus: false,
  });
  if (query.data) return <FileDialog file={uploadId ? query.data : null} onClose={onClose} />;
  return (
    <Dialog title={t('file')} isOpen={uploadId !== null} onClose={onClose}>
      {query.error ? <ProblemView problem={query.error} onRetry={() => void query.refetch()} /> : <Skeleton rows={3} />}
    </Dialog>
  );
}

/** Large: the document is what is looked at. Its code comes when it is first needed. */
const FileViewer = lazy(() => import('./file-viewer'));

function FileDialog({ file, onClose }: { file: UploadInfo | null; onClose: () => void }) {
  const t = useText(messages);
  return (
    <Dialog title={file?.originalFilename ?? t('file')} isOpen={file !== null} onClose={onClose} isWide>
      {file?.downloadUrl ? (
        <Suspense fallback={<Skeleton rows={6} />}>
          <FileViewer file={file} />
        </Suspense>
      ) : (
        <p>{t('beingChecked')}</p>
      )}
    </Dialog>
  );
}

/** The link answers with an attachment, so the page stays. */
function openAttachment(url: string): void {
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = '';
  anchor.click();
}
