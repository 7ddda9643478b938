import { type DragEvent, useRef, useState } from 'react';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Select } from '../ui/fields';
import { isUsable } from '../uploads/upload-queue';
import { useUploads } from '../uploads/use-uploads';
import { useScope } from './drafts';
import { type Kind, KIND_NAMES, kindOf, useMay } from './kinds';
import { messages } from './messages';
import type { Owner } from './owner';
import type { Paper } from './papers';
import { ACCEPTED, UploadRow } from './upload-row';
import styles from './uploads.module.css';
import { usePaperName } from './words';

/** A file that has arrived and is not a paper's yet. */
export interface LooseFile {
  key: string;
  uploadId: string;
  name: string;
}

interface Props {
  owner: Owner;
  papers: readonly Paper[];
  onNew: (kind: Kind, file: LooseFile) => void;
  onAttach: (paper: Paper, file: LooseFile) => void;
}

export const usePersonsUploads = (owner: Owner) => useUploads(`${useScope()}.person.${owner.uuid}`);

/** Files are dropped or chosen first, several at once, and what each of them is said when it has arrived. */
export function UploadArea({ owner, papers, onNew, onAttach }: Props) {
  const t = useText(messages);
  const { queue, items } = usePersonsUploads(owner);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    queue.add(event.dataTransfer.files);
  };
  const arrived = items.filter(isUsable).length;
  return (
    <>
      <div
        className={`${styles.area} ${isOver ? styles.over : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <span>{t(isOver ? 'dropNow' : 'uploadHelp')}</span>
        <Button icon="upload" onPress={() => input.current?.click()}>
          {t('uploadChoose')}
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          accept={ACCEPTED}
          className={styles.input}
          tabIndex={-1}
          aria-hidden="true"
          onChange={(event) => {
            queue.add(event.target.files ?? []);
            // The same file can be chosen again.
            event.target.value = '';
          }}
        />
      </div>
      {items.length > 0 && (
        <ul className={styles.list} aria-label={t('uploads')}>
          {items.map((item) => (
            <li key={item.key}>
              <UploadRow item={item} queue={queue}>
                {isUsable(item) && item.uploadId && (
                  <Destinations
                    file={{ key: item.key, uploadId: item.uploadId, name: item.name }}
                    {...{ papers, onNew, onAttach }}
                  />
                )}
              </UploadRow>
            </li>
          ))}
        </ul>
      )}
      <div className={styles.input} role="status">
        {arrived > 0 && t('allSent', { count: arrived })}
      </div>
    </>
  );
}

function Destinations({
  file,
  papers,
  onNew,
  onAttach,
}: Pick<Props, 'papers' | 'onNew' | 'onAttach'> & { file: LooseFile }) {
  const t = useText(messages);
  const nameOf = usePaperName();
  const may = useMay();
  const changeable = papers.filter(({ kind }) => may('update', kind));
  return (
    <>
      {KIND_NAMES.filter((kind) => may('create', kind)).map((kind) => (
        <Button key={kind} onPress={() => onNew(kind, file)}>
          {t(kindOf(kind).texts.new)}
        </Button>
      ))}
      {changeable.length > 0 && (
        <Select
          label={t('attachFile', { name: file.name })}
          isLabelHidden
          value=""
          none={t('attachTo')}
          options={changeable.map((paper) => ({ value: paper.id, label: nameOf(paper) }))}
          onChange={(id) => {
            const paper = papers.find((each) => each.id === id);
            if (paper) onAttach(paper, file);
          }}
        />
      )}
    </>
  );
}
