import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import type { Schemas } from '../api/client';
import { toProblem } from '../api/problem';
import { useChange } from '../api/queries';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { Button } from '../ui/button';
import { Actions, Dialog } from '../ui/dialog';
import { useLabels } from '../ui/labels';
import { FormProblem, Note, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import { isUnderWay, isUsable } from '../uploads/upload-queue';
import { useUploads } from '../uploads/use-uploads';
import { Conflict } from './conflict';
import { useDraft, useScope } from './drafts';
import { type FieldName, fieldOf, wireName } from './fields';
import { FileField } from './file-field';
import { fieldsOf, type Kind, kindOf, valuesOf } from './kinds';
import { messages } from './messages';
import { PaperField } from './paper-field';
import { changedFields, merge, NO_VALUES, type PaperValues, wrongFields } from './paper-values';
import type { Owner } from './owner';
import { type Paper, papersKey, readPaper, usePapers } from './papers';
import styles from './papers.module.css';
import { useTitles } from './titles';
import { usePaperName } from './words';

/** Which paper a form is for: a new one, perhaps of a file that was sent before, or one that is there. */
export type FormOf =
  | {
      kind: Kind;
      paper?: undefined;
      upload?: { uploadId: string; name: string } | undefined;
      /** The one whose place it takes. */
      renewed?: Paper | undefined;
    }
  | { kind: Kind; paper: Paper; upload?: { uploadId: string; name: string } | undefined; renewed?: undefined };

interface Props {
  of: FormOf;
  owner: Owner;
  onClose: () => void;
  /** It is stored: the file of `of.upload` has found its place. */
  onSaved: () => void;
}

export function PaperFormDialog(props: Props) {
  const t = useText(messages);
  const nameOf = usePaperName();
  const { paper, kind } = props.of;
  const title = paper ? t('editTitle', { paper: nameOf(paper) }) : t(kindOf(kind).texts.new);
  return (
    <Dialog title={title} isOpen isWide onClose={props.onClose}>
      {paper ? <EditForm {...props} paper={paper} /> : <Form {...props} stored={null} />}
    </Dialog>
  );
}

/** What is stored, read when the form is opened, with the tag that its change depends on. */
interface Stored {
  paper: Paper;
  etag: string | undefined;
}

function EditForm({ paper, ...props }: Props & { paper: Paper }) {
  const query = useQuery({
    queryKey: ['paper', paper.id, 'edited'],
    queryFn: () => readPaper(paper),
    staleTime: Infinity,
    gcTime: 0,
  });
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  if (query.isPending) return <Skeleton rows={5} />;
  return <Form {...props} stored={query.data} />;
}

/** A draft keeps what it was made from: after a reload an older one still finds out that somebody else was faster. */
interface Draft {
  values: PaperValues;
  base: PaperValues;
  etag: string | null;
  isTyped: boolean;
}

function Form({ of, owner, stored, onClose, onSaved }: Props & { stored: Stored | null }) {
  const t = useText(messages);
  const { label } = useLabels();
  const dates = useDates();
  const toasts = useToasts();
  const nameOf = usePaperName();
  const scope = useScope();
  const { kind, upload } = of;
  const name = `paper.${owner.uuid}.${stored?.paper.id ?? `new-${kind}${of.renewed ? `-${of.renewed.id}` : ''}`}${upload ? `.${upload.uploadId}` : ''}`;
  const base = stored ? valuesOf(stored.paper) : of.renewed ? renewalOf(of.renewed) : NO_VALUES;
  const { draft, set, discard } = useDraft<Draft>(name, {
    values: upload ? { ...base, uploadId: upload.uploadId } : base,
    base,
    etag: stored?.etag ?? null,
    isTyped: false,
  });
  const [wasTyped] = useState(draft.isTyped);
  const [touched, setTouched] = useState(false);
  const [conflict, setConflict] = useState<{ paper: Paper; fields: FieldName[]; theirs: PaperValues } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const { rows, texts, subject, types, ...writing } = kindOf(kind);
  const fields = fieldsOf(kind);
  const { papers } = usePapers(owner);
  const titles = useTitles(subject === 'titleId');
  const { queue, items } = useUploads(`${scope}.${name}`);
  const sent = items.at(-1);
  const isSending = sent !== undefined && isUnderWay(sent.phase);
  const values: PaperValues =
    sent && isUsable(sent) && sent.uploadId ? { ...draft.values, uploadId: sent.uploadId } : draft.values;
  const change = (next: Partial<PaperValues>) => set({ values: { ...draft.values, ...next }, isTyped: true });

  const save = useChange(
    async (_: void, key: string) => {
      if (!stored) {
        await writing.create(owner, values, key);
        return 'savedNew' as const;
      }
      const changed = changedFields(fields, draft.base, values);
      await writing.update(owner, stored.paper, { values, fields: changed, etag: draft.etag ?? undefined });
      return changed.every((field) => field === 'notes') ? ('savedNotes' as const) : ('saved' as const);
    },
    {
      invalidates: [papersKey(owner.uuid), ['roster'], ['queue'], ['overview']],
      onSuccess: (said) => {
        discard();
        queue.clear();
        toasts.say(t(said, { paper: stored ? nameOf(stored.paper) : newName() }));
        onSaved();
      },
      onError: (problem) => {
        if (problem.status === 412 && stored) void explain(stored.paper);
        else window.requestAnimationFrame(focusFirstWrong);
      },
    },
  );

  const titleName = (wanted: string) => titles.data?.find(({ id }) => String(id) === wanted)?.name;
  const type = subject !== 'titleId' ? values[subject] : '';
  const others = (papers ?? []).filter((paper) => paper.id !== stored?.paper.id && canRenew(values, paper));
  const newName = () => (type ? label(type) : (titleName(values.titleId) ?? t(texts.new)));

  function choose(field: FieldName, value: string): void {
    // A file that was sent from here would stand otherwise.
    if (field === 'uploadId' && value !== values.uploadId) queue.clear();
    change({ [field]: value });
  }

  /** Somebody was faster. What only one of the two has changed fits together; the rest has to be chosen. */
  async function explain(paper: Paper): Promise<void> {
    try {
      const now = await readPaper(paper);
      const theirs = valuesOf(now.paper);
      const merged = merge(fields, draft.base, values, theirs);
      setConflict({ paper: now.paper, fields: merged.conflicts, theirs });
      set({ values: merged.values, base: theirs, etag: now.etag ?? null, isTyped: true });
    } catch (error) {
      toasts.problem(toProblem(error), { [`${kind}_not_found`]: t('gone') });
    }
  }

  const isClientWrong = wrongFields(fields, values, dates.today());
  const errorOf = (field: FieldName): string | undefined => {
    const wrong = isClientWrong[field];
    if (wrong && (touched || wrong !== 'isRequired')) {
      return t(wrong, { max: fieldOf(field).maxLength ?? 0 });
    }
    return save.problem?.fields[wireName(field)];
  };

  function focusFirstWrong(): void {
    form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    setTouched(true);
    if (Object.keys(isClientWrong).length > 0) {
      window.requestAnimationFrame(focusFirstWrong);
      return;
    }
    if (stored && changedFields(fields, draft.base, values).length === 0) {
      toasts.say(t('unchanged'));
      close();
      return;
    }
    save.run();
  }

  /** Throws away what was typed. */
  function close(): void {
    discard();
    queue.clear();
    onClose();
  }

  // The type of what is stored cannot be changed.
  const shown = stored ? rows.filter((row) => row.every((field) => fieldOf(field).as !== 'type')) : rows;
  const decided = stored && ['verified', 'rejected'].includes(stored.paper.verification.status);

  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      {wasTyped && !conflict && <Note>{t('restored')}</Note>}
      {stored?.paper.verification.rejectionReason && (
        <Note tone="warn">{t('rejectedBecause', { reason: stored.paper.verification.rejectionReason })}</Note>
      )}
      {decided && !stored.paper.verification.rejectionReason && (
        <Note>{t(texts.reviewedAgain, { status: label(stored.paper.verification.status) })}</Note>
      )}
      {conflict && (
        <Conflict conflict={conflict} mine={draft.values} onChoose={choose} titleOf={(id) => titleName(id) ?? id} />
      )}
      {save.problem?.status !== 412 && <FormProblem problem={save.problem} fields={fields.map(wireName)} />}
      {shown.map((row) => (
        <div key={row[0]} className={row.length > 1 ? styles.pair : undefined}>
          {row.map(control)}
        </div>
      ))}
      <Actions>
        <Button type="submit" variant="primary" isPending={save.isPending || isSending}>
          {isSending ? t('waitingForFile') : saveText()}
        </Button>
        <Button variant="quiet" onPress={close}>
          {t('discard')}
        </Button>
      </Actions>
    </form>
  );

  function control(field: FieldName) {
    if (fieldOf(field).as === 'file') {
      const isStored = values.uploadId === draft.base.uploadId;
      return (
        <FileField
          key={field}
          queue={queue}
          item={sent}
          current={values.uploadId ? { isStored, name: upload?.name ?? null } : null}
          hadFile={draft.base.uploadId !== ''}
          onRemove={() => change({ uploadId: '' })}
          onKeep={() => change({ uploadId: draft.base.uploadId })}
          error={errorOf('uploadId')}
        />
      );
    }
    return (
      <PaperField
        key={field}
        name={field}
        value={values[field]}
        onChange={(value) => change({ [field]: value })}
        error={errorOf(field)}
        {...{ type, types }}
        others={others}
      />
    );
  }

  function saveText(): string {
    if (conflict) return t('conflictSave');
    if (!stored) return t('saveNew');
    return stored.paper.verification.status === 'rejected' ? t('saveAgain') : t('save');
  }
}

/** What a new paper has in common with the one that it renews. */
function renewalOf(renewed: Paper): PaperValues {
  const { certificateType, certificateKindId, issuingAuthority, issuingState, documentType } = valuesOf(renewed);
  const renewsId = renewed.kind === 'certificate' ? renewed.id : '';
  return { ...NO_VALUES, certificateType, certificateKindId, issuingAuthority, issuingState, documentType, renewsId };
}

/** The same of a certificate's kind, or of its type where it has none, as the API asks for it. */
function canRenew({ certificateType, certificateKindId }: PaperValues, { kind, source }: Paper): boolean {
  if (kind !== 'certificate') return false;
  const other = source as Schemas['CertificateResponse'];
  return certificateKindId && other.certificateKindId
    ? other.certificateKindId === certificateKindId
    : other.certificateType === certificateType;
}
