import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { useCan } from '../session/session-context';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/dialog';
import { Empty } from '../ui/empty';
import { Section } from '../ui/page';
import { ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import { isKind, type Kind, KIND_NAMES, kindOf, useMay } from './kinds';
import { messages } from './messages';
import { PaperCard } from './paper-card';
import { type FormOf, PaperFormDialog } from './paper-form';
import type { Owner } from './owner';
import { attentionOf, type Paper, papersKey, readPaper, usePapers } from './papers';
import styles from './papers.module.css';
import { type LooseFile, UploadArea, usePersonsUploads } from './upload-area';
import { usePaperName } from './words';

/** A form in the address: `?form=<kind>`, or `?form=edit&paper=<id>`; `?paper=<id>` alone opens it. */
const FORM = 'form';
const PAPER = 'paper';
/** Beside `?form=<kind>`: the one that the new one renews. */
const RENEWS = 'renews';

/** Everything about one person's papers: for the office, and for the person themselves. */
export function PapersView({ owner }: { owner: Owner }) {
  const t = useText(messages);
  const { papers, problem, refetch } = usePapers(owner);
  const { queue } = usePersonsUploads(owner);
  const [params, setParams] = useSearchParams();
  const [file, setFile] = useState<LooseFile | null>(null);
  const [deleted, setDeleted] = useState<Paper | null>(null);
  const mayUpload = useCan('upload:create');
  const may = useMay();

  const open = params.get(PAPER);
  const go = (next: { form?: Kind | 'edit' | null; paper?: string | null; renews?: string | null }) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(next)) {
          if (value) after.set(name, value);
          else if (value === null) after.delete(name);
        }
        return after;
      },
      { replace: true },
    );
  const closeForm = () => {
    setFile(null);
    go({ form: null, renews: null });
  };

  if (problem) return <ProblemView problem={problem} onRetry={refetch} />;
  if (!papers) return <Skeleton />;

  const edited = papers.find(({ id }) => id === open);
  const upload = file ?? undefined;
  const wanted = params.get(FORM);
  const form: FormOf | null =
    wanted === 'edit' && edited
      ? { kind: edited.kind, paper: edited, upload }
      : isKind(wanted) && may('create', wanted)
        ? { kind: wanted, upload, renewed: papers.find(({ id }) => id === params.get(RENEWS)) }
        : null;
  const urgent = papers.filter((paper) => ![null, 'expiring_soon'].includes(attentionOf(paper)));
  const replaced = papers.filter((paper) => paper.isRenewed && !urgent.includes(paper));
  const others = papers.filter((paper) => !urgent.includes(paper) && !replaced.includes(paper));
  const cards = (some: readonly Paper[]) => (
    <ul className={styles.list}>
      {some.map((paper) => (
        <PaperCard
          key={paper.id}
          paper={paper}
          holder={owner.name}
          isOpen={paper.id === open}
          onToggle={() => go({ paper: paper.id === open ? null : paper.id })}
          onEdit={() => go({ paper: paper.id, form: 'edit' })}
          onRenew={() => go({ form: paper.kind, renews: paper.id })}
          onDelete={() => setDeleted(paper)}
        />
      ))}
    </ul>
  );
  return (
    <>
      <div className={styles.actions}>
        {KIND_NAMES.filter((kind) => may('create', kind)).map((kind, index) => (
          <Button
            key={kind}
            icon="plus"
            variant={index === 0 ? 'primary' : 'secondary'}
            onPress={() => go({ form: kind })}
          >
            {t(kindOf(kind).texts.add)}
          </Button>
        ))}
      </div>
      {mayUpload && (
        <UploadArea
          owner={owner}
          papers={papers}
          onNew={(kind, loose) => {
            setFile(loose);
            go({ form: kind });
          }}
          onAttach={(paper, loose) => {
            setFile(loose);
            go({ form: 'edit', paper: paper.id });
          }}
        />
      )}
      {papers.length === 0 && <Empty text={`${t('noPapers')} ${t('noPapersHelp')}`} />}
      {urgent.length > 0 && <Section title={t('needsAttention')}>{cards(urgent)}</Section>}
      {others.length > 0 && <Section title={t(urgent.length > 0 ? 'others' : 'othersOnly')}>{cards(others)}</Section>}
      {replaced.length > 0 && (
        <details className={styles.replaced} open={replaced.some(({ id }) => id === open)}>
          <summary>{t('replacedPapers', { count: replaced.length })}</summary>
          {cards(replaced)}
        </details>
      )}
      {form && (
        <PaperFormDialog
          key={`${form.paper?.id ?? form.kind} ${form.upload?.uploadId ?? ''}`}
          of={form}
          owner={owner}
          onClose={closeForm}
          onSaved={() => {
            if (file) queue.remove(file.key);
            closeForm();
          }}
        />
      )}
      {deleted && (
        <DeleteDialog
          key={deleted.id}
          paper={deleted}
          owner={owner}
          onClose={() => setDeleted(null)}
          onDeleted={() => {
            setDeleted(null);
            go({ paper: null });
          }}
        />
      )}
    </>
  );
}

function DeleteDialog({
  paper,
  owner,
  onClose,
  onDeleted,
}: {
  paper: Paper;
  owner: Owner;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const t = useText(messages);
  const toasts = useToasts();
  const name = usePaperName()(paper);
  // What is looked at now is what is deleted.
  const read = useQuery({
    queryKey: ['paper', paper.id, 'deleting'],
    queryFn: () => readPaper(paper),
    gcTime: 0,
  });
  const remove = useChange(() => kindOf(paper.kind).remove(owner, paper, read.data?.etag), {
    invalidates: [papersKey(owner.uuid), ['roster'], ['queue'], ['overview']],
    onSuccess: () => {
      toasts.say(t('deleted', { paper: name }));
      onDeleted();
    },
  });
  const problem = remove.problem ?? read.error;
  return (
    <ConfirmDialog
      title={t('deleteTitle')}
      isOpen
      onClose={onClose}
      action={t('delete')}
      onConfirm={() => remove.run()}
      isPending={remove.isPending || read.isPending}
      isDangerous
    >
      <p>{t('deleteHelp', { paper: name })}</p>
      {problem && <ProblemView problem={problem} texts={{ changed_since_read: t('deleteChanged') }} />}
    </ConfirmDialog>
  );
}
