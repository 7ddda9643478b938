import { type SubmitEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { useText } from '../i18n/intl';
import { useSession } from '../session/session-context';
import { Button } from '../ui/button';
import { Actions, Dialog } from '../ui/dialog';
import { TextArea } from '../ui/fields';
import { messages } from './messages';
import { drafts, REASON_LIMIT, type ReasonDraft, REASONS, reasonText } from './reasons';
import styles from './review.module.css';

interface Props {
  verificationId: string;
  subject: string;
  onClose: () => void;
  onReject: (reason: string) => void;
}

/** A reason from the list, own words, or both. What is typed is kept until the rejection counts. */
export function RejectDialog({ verificationId, subject, onClose, onReject }: Props) {
  const t = useText(messages);
  const { language } = useSession();
  const [draft, setDraft] = useState<ReasonDraft>(() => drafts.read(verificationId));
  const [isTried, setTried] = useState(false);
  const own = useRef<HTMLTextAreaElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const reason = reasonText(draft, language);
  const error =
    reason === ''
      ? t('reasonNeeded')
      : reason.length > REASON_LIMIT
        ? t('reasonTooLong', { count: reason.length })
        : undefined;
  const change = (next: ReasonDraft) => {
    setDraft(next);
    drafts.keep(verificationId, next);
  };
  const submit = (event?: SubmitEvent) => {
    event?.preventDefault();
    if (error === undefined) return onReject(reason);
    setTried(true);
    own.current?.focus();
  };
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) return submit();
    const chosen = event.target instanceof HTMLTextAreaElement ? undefined : REASONS[Number(event.key) - 1];
    if (!chosen) return;
    change({ ...draft, reason: chosen });
    radios(form.current)[REASONS.indexOf(chosen)]?.focus();
  });
  useEffect(() => {
    const element = form.current;
    // After the dialog has given the focus to the first.
    radios(element)
      .find(({ checked }) => checked)
      ?.focus();
    const listen = (event: KeyboardEvent) => press(event);
    element?.addEventListener('keydown', listen);
    return () => element?.removeEventListener('keydown', listen);
  }, []);
  return (
    <Dialog title={t('rejectTitle', { subject })} isOpen onClose={onClose}>
      <form ref={form} onSubmit={submit}>
        <fieldset className={styles.reasons}>
          <legend>{t('reason')}</legend>
          {REASONS.map((name, index) => (
            <label key={name}>
              <input
                type="radio"
                name="reason"
                checked={draft.reason === name}
                onChange={() => change({ ...draft, reason: name })}
              />
              <kbd>{index + 1}</kbd> {t(name)}
            </label>
          ))}
        </fieldset>
        <TextArea
          label={t('more')}
          hint={t('moreHint')}
          value={draft.text}
          rows={3}
          maxLength={REASON_LIMIT}
          error={isTried ? error : undefined}
          inputRef={own}
          onChange={(text) => change({ ...draft, text })}
        />
        {reason && (
          <blockquote className={styles.quote}>
            <strong>{t('preview')}</strong>
            {reason}
          </blockquote>
        )}
        <Actions>
          <Button type="submit" variant="danger">
            {t('rejectAnd')}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t('cancel')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}

function radios(form: HTMLFormElement | null): HTMLInputElement[] {
  return [...(form?.querySelectorAll<HTMLInputElement>('input[type=radio]') ?? [])];
}
