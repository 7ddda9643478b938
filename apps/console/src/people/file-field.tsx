import { useId, useRef } from 'react';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import type { UploadItem, UploadQueue } from '../uploads/upload-queue';
import { messages } from './messages';
import styles from './papers.module.css';
import { ACCEPTED, UploadRow } from './upload-row';

interface Props {
  queue: UploadQueue;
  /** The file that is being sent from this form. */
  item: UploadItem | undefined;
  /** What the form holds: the stored file, or one that was sent before. */
  current: { isStored: boolean; name: string | null } | null;
  hadFile: boolean;
  onRemove: () => void;
  onKeep: () => void;
  error: string | undefined;
}

/** The one file of a paper: kept, replaced or taken away. */
export function FileField({ queue, item, current, hadFile, onRemove, onKeep, error }: Props) {
  const t = useText(messages);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const choose = (files: FileList | null) => {
    const file = files?.[0];
    if (!file) return;
    queue.clear();
    queue.add([file]);
  };
  return (
    <fieldset className={styles.fileField} aria-describedby={`${id}-hint`}>
      <legend>{t('file')}</legend>
      {item ? (
        <UploadRow item={item} queue={queue} />
      ) : (
        <div>
          <Icon name="file" />{' '}
          {current ? (current.name ?? t('currentFile')) : hadFile ? t('fileIsRemoved') : t('noFileYet')}
        </div>
      )}
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        className={styles.hidden}
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          choose(event.target.files);
          event.target.value = '';
        }}
      />
      <div className={styles.actions}>
        <Button icon="upload" onPress={() => input.current?.click()}>
          {t(item || current ? 'chooseAnother' : 'chooseFile')}
        </Button>
        {!item && current && (
          <Button variant="quiet" onPress={onRemove}>
            {t('removeFile')}
          </Button>
        )}
        {!item && !current && hadFile && (
          <Button variant="quiet" onPress={onKeep}>
            {t('keepFile')}
          </Button>
        )}
      </div>
      <div id={`${id}-hint`} className={styles.muted}>
        {t('fileHint')}
      </div>
      {error && (
        <div role="alert" className={styles.bad}>
          {error}
        </div>
      )}
    </fieldset>
  );
}
