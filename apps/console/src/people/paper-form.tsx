import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { answer, api } from '../api/client';
import { type ApiProblem, toProblem } from '../api/problem';
import { useChange } from '../api/queries';
import { useDates } from '../i18n/format';
import { useText } from '../i18n/intl';
import { useTimeZone } from '../session/session-context';
import { Button } from '../ui/button';
import { Actions, Dialog } from '../ui/dialog';
import { DateField, Select, TextArea, TextField } from '../ui/fields';
import { CERTIFICATE_TYPES, useLabels } from '../ui/labels';
import { FormProblem, Note, ProblemView } from '../ui/problem-view';
import { Skeleton } from '../ui/skeleton';
import { useToasts } from '../ui/toasts';
import { isUnderWay, isUsable } from '../uploads/upload-queue';
import { useUploads } from '../uploads/use-uploads';
import { Conflict } from './conflict';
import { useDraft, useScope } from './drafts';
import { FileField } from './file-field';
import { messages } from './messages';
import {
  changedFields,
  type FieldName,
  MAX_LENGTHS,
  merge,
  NO_VALUES,
  type PaperValues,
  valuesOf,
  wrongFields,
} from './paper-values';
import { type Kind, type Owner, type Paper, papersKey, readPaper } from './papers';
import styles from './papers.module.css';
import { createCertificate, createDiploma, updatePaper } from './save-paper';
import { usePaperName } from './words';

/** Which paper a form is for: a new one, perhaps of a file that was sent before, or one that is there. */
export type FormOf =
  | { kind: Kind; paper?: undefined; upload?: { uploadId: string; name: string } | undefined }
  | { kind: Kind; paper: Paper; upload?: { uploadId: string; name: string } | undefined };

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
  const title = paper
    ? t('editTitle', { paper: nameOf(paper) })
    : t(kind === 'certificate' ? 'newCertificate' : 'newDiploma');
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
    queryFn: () => readPaper(paper.kind, paper.id),
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
  const timeZone = useTimeZone();
  const nameOf = usePaperName();
  const scope = useScope();
  const { kind, upload } = of;
  const name = `paper.${owner.uuid}.${stored?.paper.id ?? `new-${kind}`}${upload ? `.${upload.uploadId}` : ''}`;
  const base = stored ? valuesOf(stored.paper, timeZone) : NO_VALUES;
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
  const titles = useTitles(kind === 'diploma');
  const { queue, items } = useUploads(`${scope}.${name}`);
  const sent = items.at(-1);
  const isSending = sent !== undefined && isUnderWay(sent.phase);
  const values: PaperValues =
    sent && isUsable(sent) && sent.uploadId ? { ...draft.values, uploadId: sent.uploadId } : draft.values;
  const change = (next: Partial<PaperValues>) => set({ values: { ...draft.values, ...next }, isTyped: true });

  const save = useChange(
    async (_: void, key: string) => {
      if (!stored) {
        await (kind === 'certificate'
          ? createCertificate(owner, values, key)
          : createDiploma(owner, values, key, timeZone));
        return 'savedNew' as const;
      }
      const changed = changedFields(kind, draft.base, values);
      await updatePaper(owner, stored.paper, values, changed, draft.etag ?? undefined, timeZone);
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
  const newName = () =>
    values.certificateType ? label(values.certificateType) : (titleName(values.titleId) ?? t('newDiploma'));

  function choose(field: FieldName, value: string): void {
    // A file that was sent from here would stand otherwise.
    if (field === 'uploadId' && value !== values.uploadId) queue.clear();
    change({ [field]: value });
  }

  /** Somebody was faster. What only one of the two has changed fits together; the rest has to be chosen. */
  async function explain(paper: Paper): Promise<void> {
    try {
      const now = await readPaper(paper.kind, paper.id);
      const theirs = valuesOf(now.paper, timeZone);
      const merged = merge(kind, draft.base, values, theirs);
      setConflict({ paper: now.paper, fields: merged.conflicts, theirs });
      set({ values: merged.values, base: theirs, etag: now.etag ?? null, isTyped: true });
    } catch (error) {
      toasts.problem(toProblem(error), { certificate_not_found: t('gone'), diploma_not_found: t('gone') });
    }
  }

  const isClientWrong = wrongFields(kind, values, dates.today());
  const errorOf = (field: FieldName): string | undefined => {
    const wrong = isClientWrong[field];
    if (wrong && (touched || wrong !== 'isRequired')) {
      return t(wrong, { max: MAX_LENGTHS[field as keyof typeof MAX_LENGTHS] ?? 0 });
    }
    return serverError(save.problem, field);
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
    if (stored && changedFields(kind, draft.base, values).length === 0) {
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

  const text = (field: 'certificateNumber' | 'issuingAuthority', hint?: string) => (
    <TextField
      label={t(field === 'certificateNumber' ? 'number' : 'authority')}
      value={values[field]}
      onChange={(value) => change({ [field]: value })}
      maxLength={MAX_LENGTHS[field]}
      error={errorOf(field)}
      {...(hint ? { hint } : {})}
    />
  );
  const { certificateType } = values;
  const decided = stored && ['verified', 'rejected'].includes(stored.paper.verification.status);

  return (
    <form ref={form} className={styles.form} onSubmit={submit} noValidate>
      {wasTyped && !conflict && <Note>{t('restored')}</Note>}
      {stored?.paper.verification.rejectionReason && (
        <Note tone="warn">{t('rejectedBecause', { reason: stored.paper.verification.rejectionReason })}</Note>
      )}
      {decided && !stored.paper.verification.rejectionReason && (
        <Note>
          {t(kind === 'certificate' ? 'reviewedAgain' : 'reviewedAgainDiploma', {
            status: label(stored.paper.verification.status),
          })}
        </Note>
      )}
      {conflict && (
        <Conflict conflict={conflict} mine={draft.values} onChoose={choose} titleOf={(id) => titleName(id) ?? id} />
      )}
      {save.problem?.status !== 412 && <FormProblem problem={save.problem} fields={[...WIRE_NAMES[kind]]} />}
      {kind === 'certificate' ? (
        <>
          {!stored && (
            <Select
              label={t('type')}
              value={certificateType}
              onChange={(value) => change({ certificateType: value })}
              options={CERTIFICATE_TYPES.map((value) => ({ value, label: label(value) }))}
              none={t('chooseOne')}
              error={errorOf('certificateType')}
              isRequired
              autoFocus
            />
          )}
          <div className={styles.pair}>
            {text('certificateNumber', certificateType ? t(`hint_${certificateType}_number`) : undefined)}
            {text('issuingAuthority')}
          </div>
          <div className={styles.pair}>
            <DateField
              label={t('issueDate')}
              value={values.issueDate}
              onChange={(value) => change({ issueDate: value })}
              error={errorOf('issueDate')}
            />
            <DateField
              label={t('expiryDate')}
              value={values.expiryDate}
              onChange={(value) => change({ expiryDate: value })}
              error={errorOf('expiryDate')}
              hint={certificateType ? t(`hint_${certificateType}_expiry`) : undefined}
            />
          </div>
        </>
      ) : (
        <div className={styles.pair}>
          <TitleSelect
            value={values.titleId}
            onChange={(value) => change({ titleId: value })}
            error={errorOf('titleId')}
          />
          <DateField
            label={t('obtained')}
            value={values.obtained}
            onChange={(value) => change({ obtained: value })}
            max={dates.today()}
            error={errorOf('obtained')}
          />
        </div>
      )}
      <FileField
        queue={queue}
        item={sent}
        current={
          values.uploadId ? { isStored: values.uploadId === draft.base.uploadId, name: upload?.name ?? null } : null
        }
        hadFile={draft.base.uploadId !== ''}
        onRemove={() => change({ uploadId: '' })}
        onKeep={() => change({ uploadId: draft.base.uploadId })}
        error={errorOf('uploadId')}
      />
      {kind === 'certificate' && (
        <TextArea
          label={t('notes')}
          value={values.notes}
          onChange={(value) => change({ notes: value })}
          maxLength={MAX_LENGTHS.notes}
          rows={3}
          error={errorOf('notes')}
          hint={t('notesHint')}
        />
      )}
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

  function saveText(): string {
    if (conflict) return t('conflictSave');
    if (!stored) return t('saveNew');
    return stored.paper.verification.status === 'rejected' ? t('saveAgain') : t('save');
  }
}

/** What the server calls a field that the form calls otherwise. */
const WIRE_NAMES: Readonly<Record<Kind, readonly string[]>> = {
  certificate: [
    'certificateType',
    'certificateNumber',
    'issuingAuthority',
    'issueDate',
    'expiryDate',
    'notes',
    'uploadId',
  ],
  diploma: ['titleId', 'obtainedAt', 'uploadId'],
};

function serverError(problem: ApiProblem | null, field: FieldName): string | undefined {
  return problem?.fields[field === 'obtained' ? 'obtainedAt' : field];
}

const TITLES_PER_PAGE = 200;

function TitleSelect({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const t = useText(messages);
  const query = useTitles();
  if (query.error) return <ProblemView problem={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Select
      label={t('title')}
      value={value}
      onChange={onChange}
      options={(query.data ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
      none={t('chooseOne')}
      error={error}
      hint={query.data?.length === 0 ? t('noTitles') : undefined}
      isRequired
      autoFocus
    />
  );
}

function useTitles(isNeeded = true) {
  return useQuery({
    queryKey: ['titles', 'all'],
    queryFn: ({ signal }) => allTitles(signal),
    staleTime: 60_000,
    enabled: isNeeded,
  });
}

async function allTitles(signal: AbortSignal): Promise<{ id: number; name: string }[]> {
  const titles: { id: number; name: string }[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await answer(
      api.GET('/users-organizations/v1/rs/titles', {
        params: { query: { page, pageSize: TITLES_PER_PAGE } },
        signal,
      }),
    );
    titles.push(...data);
    if (data.length < TITLES_PER_PAGE) break;
  }
  return titles.sort((one, other) => one.name.localeCompare(other.name));
}
