import { type FormEvent, useState } from 'react';
import { answer, api, change, type Schemas } from '../api/client';
import { useChange } from '../api/queries';
import { useText } from '../i18n/intl';
import { useSession } from '../session/session-context';
import { Button } from '../ui/button';
import { Actions, Dialog } from '../ui/dialog';
import { Select, TextField } from '../ui/fields';
import { useLabels } from '../ui/labels';
import { FormProblem } from '../ui/problem-view';
import { useToasts } from '../ui/toasts';
import { messages } from './messages';

type How = 'invite' | 'existing' | 'password';
const FIELDS = ['email', 'firstName', 'lastName', 'role', 'password'];
const EMPTY = {
  email: '',
  firstName: '',
  lastName: '',
  password: '',
  role: 'crew-member' as Schemas['InviteDto']['role'],
};

/** Invited by mail, added with the account they have, or given an account. */
export function AddPerson({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useText(messages);
  const { options } = useLabels();
  const toasts = useToasts();
  const { grantableRoles } = useSession();
  const [how, setHow] = useState<How>('invite');
  const [typed, setTyped] = useState(EMPTY);
  const set = (field: keyof typeof EMPTY) => (value: string) => setTyped((before) => ({ ...before, [field]: value }));
  const adding = useChange(
    async (_: void, key) => {
      const { email, role, firstName, lastName, password } = typed;
      const params = { header: change(key) };
      if (how === 'invite') {
        await answer(api.POST('/api/v1/shared/invitations', { params, body: { email, role, firstName, lastName } }));
      } else if (how === 'existing') {
        await answer(api.POST('/api/v1/shared/memberships', { params, body: { email, role } }));
      } else {
        const body = { email, role, firstName, lastName, password };
        await answer(api.POST('/api/v1/shared/users', { params, body }));
      }
    },
    {
      invalidates: [['users'], ['roster'], ['invitations']],
      onSuccess: () => {
        toasts.say(t(how === 'invite' ? 'invited' : 'added', { email: typed.email }));
        setTyped(EMPTY);
        onClose();
      },
    },
  );
  const { problem } = adding;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.run();
  };
  return (
    <Dialog title={t('addPerson')} isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit}>
        <FormProblem problem={problem} fields={FIELDS} />
        <Select
          label={t('how')}
          value={how}
          onChange={(next) => next && setHow(next)}
          options={[
            { value: 'invite', label: t('howInvite') },
            { value: 'existing', label: t('howExisting') },
            { value: 'password', label: t('howPassword') },
          ]}
        />
        <TextField
          label={t('email')}
          type="email"
          value={typed.email}
          onChange={set('email')}
          maxLength={250}
          error={problem?.fields['email']}
          isRequired
        />
        {how !== 'existing' && (
          <>
            <TextField
              label={t('firstName')}
              value={typed.firstName}
              onChange={set('firstName')}
              maxLength={100}
              error={problem?.fields['firstName']}
              isRequired
            />
            <TextField
              label={t('lastName')}
              value={typed.lastName}
              onChange={set('lastName')}
              maxLength={100}
              error={problem?.fields['lastName']}
              isRequired
            />
          </>
        )}
        {how === 'password' && (
          <TextField
            label={t('password')}
            type="password"
            autoComplete="new-password"
            value={typed.password}
            onChange={set('password')}
            maxLength={100}
            hint={t('passwordHint')}
            error={problem?.fields['password']}
            isRequired
          />
        )}
        <Select
          label={t('role')}
          value={typed.role}
          onChange={(next) => next && set('role')(next)}
          options={options(grantableRoles)}
          error={problem?.fields['role']}
        />
        <Actions>
          <Button type="submit" variant="primary" isPending={adding.isPending}>
            {t('add')}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t('cancel')}
          </Button>
        </Actions>
      </form>
    </Dialog>
  );
}
