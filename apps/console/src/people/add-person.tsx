import { type FormEvent, useRef, useState } from 'react';
import { answer, api, change } from '../api/client';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { useSession } from '../session/session-context';
import { Button } from '../ui/button';
import { Actions, Dialog } from '../ui/dialog';
import { Select, TextField } from '../ui/fields';
import { type Role, useLabels } from '../ui/labels';
import { FormProblem } from '../ui/problem-view';
import { useToasts } from '../ui/toasts';
import { useDraft } from './drafts';
import { messages } from './messages';
import styles from './papers.module.css';

interface Draft {
  how: 'invite' | 'add';
  email: string;
  firstName: string;
  lastName: string;
  role: Role | '';
}

const NOTHING: Draft = { how: 'invite', email: '', firstName: '', lastName: '', role: '' };
const NAME_LENGTH = 100;
const EMAIL_LENGTH = 250;

/** Somebody new gets an invitation; who has an account in another organisation here is added at once. */
export function AddPerson({ onClose }: { onClose: () => void }) {
  const t = useText(messages);
  const { options } = useLabels();
  const { grantableRoles } = useSession();
  const toasts = useToasts();
  const { draft, set, discard } = useDraft<Draft>('person', { ...NOTHING, role: grantableRoles.at(-1) ?? '' });
  const [touched, setTouched] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { how, email, firstName, lastName, role } = draft;
  const isNew = how === 'invite';
  const close = () => {
    discard();
    onClose();
  };
  const send = useChange(
    async (_: void, key: string) => {
      const params = { header: change(key) };
      if (!role) return;
      if (isNew) {
        await answer(api.POST('/api/v1/shared/invitations', { params, body: { email, firstName, lastName, role } }));
      } else await answer(api.POST('/api/v1/shared/memberships', { params, body: { email, role } }));
    },
    {
      invalidates: [['roster'], ['users'], ['invitations']],
      onSuccess: () => {
        toasts.say(t(isNew ? 'invited' : 'added', { email }));
        close();
      },
    },
  );
  const required = { email, ...(isNew ? { firstName, lastName } : {}), role };
  const missing = Object.entries(required).flatMap(([field, value]) => (value.trim() ? [] : [field]));
  const errorOf = (field: string) =>
    touched && missing.includes(field) ? t('isRequired') : send.problem?.fields[field];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTouched(true);
    if (missing.length > 0) {
      window.requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
    } else send.run();
  };
  return (
    <Dialog title={t('inviteTitle')} isOpen onClose={close}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <Select
          label={t('invitedHow')}
          value={how}
          onChange={(value) => set({ how: value || 'invite' })}
          options={[
            { value: 'invite' as const, label: t('inviteNew') },
            { value: 'add', label: t('inviteExisting') },
          ]}
        />
        <FormProblem
          problem={send.problem}
          fields={Object.keys(required)}
          texts={{ account_not_found: t('account_not_found'), already_member: t('already_member') }}
        />
        <TextField
          label={t('email')}
          type="email"
          value={email}
          onChange={(value) => set({ email: value })}
          maxLength={EMAIL_LENGTH}
          error={errorOf('email')}
          isRequired
          autoFocus
        />
        {isNew && (
          <div className={styles.pair}>
            <TextField
              label={t('firstName')}
              value={firstName}
              onChange={(value) => set({ firstName: value })}
              maxLength={NAME_LENGTH}
              error={errorOf('firstName')}
              isRequired
            />
            <TextField
              label={t('lastName')}
              value={lastName}
              onChange={(value) => set({ lastName: value })}
              maxLength={NAME_LENGTH}
              error={errorOf('lastName')}
              isRequired
            />
          </div>
        )}
        <Select
          label={t('role')}
          value={role}
          onChange={(value) => set({ role: value })}
          options={options(grantableRoles)}
          error={errorOf('role')}
          hint={t('roleHint')}
          isRequired
        />
        {isNew && <p className={styles.muted}>{t('inviteHelp')}</p>}
        <Actions>
          <Button type="submit" variant="primary" isPending={send.isPending}>
            {t(isNew ? 'invite' : 'add')}
          </Button>
          <Button variant="quiet" onPress={close}>
            {t('discard')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
