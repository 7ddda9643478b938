import { useState } from 'react';
import { answer, api, change, type Schemas } from '../api/client';
import { useChange } from '../api/queries';
import { defineMessages } from '../i18n/catalogue';
import { useText } from '../i18n/intl';
import { useSession } from '../session/session-context';
import { Select, TextField } from '../ui/fields';
import { FormDialog } from '../ui/form-dialog';
import { useLabels } from '../ui/labels';
import { useToasts } from '../ui/toasts';

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
export function AddPerson({ onClose }: { onClose: () => void }) {
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
        onClose();
      },
    },
  );
  const { problem } = adding;
  return (
    <FormDialog
      title={t('addPerson')}
      onClose={onClose}
      sending={adding}
      onSubmit={() => adding.run()}
      action={t(how === 'invite' ? 'invite' : 'add')}
      fields={FIELDS}
      texts={{ account_not_found: t('accountNotFound'), already_member: t('alreadyMember') }}
    >
      <Select
        label={t('how')}
        value={how}
        onChange={(next) => next && setHow(next)}
        options={[
          { value: 'invite', label: t('howInvite') },
          { value: 'existing', label: t('howExisting') },
          { value: 'password', label: t('howPassword') },
        ]}
        hint={how === 'invite' ? t('inviteHint') : undefined}
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
        hint={t('roleHint')}
        error={problem?.fields['role']}
      />
    </FormDialog>
  );
}

const messages = defineMessages({
  en: {
    addPerson: 'Add a person',
    how: 'How',
    howInvite: 'Invite them by mail',
    inviteHint: 'The mail has a link with which they choose a password.',
    howExisting: 'They have an account here already',
    howPassword: 'With a password that you tell them',
    email: 'E-mail',
    firstName: 'First name',
    lastName: 'Last name',
    password: 'Password',
    passwordHint: 'At least 8 characters; better a sentence of 15 or more.',
    role: 'Role',
    roleHint: 'What the person may do. Never more than you may do yourself.',
    invite: 'Send the invitation',
    add: 'Add',
    invited: 'An invitation was sent to {email}.',
    added: '{email} belongs to the organisation now.',
    accountNotFound: 'Nobody has an account with this address. Send an invitation instead.',
    alreadyMember: 'This person belongs to the organisation already.',
  },
  fr: {
    addPerson: 'Ajouter une personne',
    how: 'Comment',
    howInvite: 'L’inviter par e-mail',
    inviteHint: 'Le message contient un lien pour choisir un mot de passe.',
    howExisting: 'Elle a déjà un compte ici',
    howPassword: 'Avec un mot de passe que vous lui dites',
    email: 'E-mail',
    firstName: 'Prénom',
    lastName: 'Nom de famille',
    password: 'Mot de passe',
    passwordHint: 'Au moins 8 caractères ; mieux, une phrase de 15 ou plus.',
    role: 'Rôle',
    roleHint: 'Ce que la personne peut faire. Jamais plus que vous-même.',
    invite: 'Envoyer l’invitation',
    add: 'Ajouter',
    invited: 'Une invitation a été envoyée à {email}.',
    added: '{email} fait maintenant partie de l’organisation.',
    accountNotFound: 'Personne n’a de compte avec cette adresse. Envoyez plutôt une invitation.',
    alreadyMember: 'Cette personne fait déjà partie de l’organisation.',
  },
});
