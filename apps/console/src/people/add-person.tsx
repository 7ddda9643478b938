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

const FIELDS = ['email', 'firstName', 'lastName', 'role'];
const EMPTY = { email: '', firstName: '', lastName: '', role: 'crew-member' as Schemas['CreateUserDto']['role'] };

/** On the roster at once, and invited by mail to sign in. */
export function AddPerson({ onClose }: { onClose: () => void }) {
  const t = useText(messages);
  const { options } = useLabels();
  const toasts = useToasts();
  const { grantableRoles } = useSession();
  const [typed, setTyped] = useState(EMPTY);
  const set = (field: keyof typeof EMPTY) => (value: string) => setTyped((before) => ({ ...before, [field]: value }));
  const adding = useChange(
    (_: void, key) => answer(api.POST('/api/v1/shared/users', { params: { header: change(key) }, body: typed })),
    {
      invalidates: [['users'], ['roster'], ['invitations']],
      onSuccess: () => {
        toasts.say(t('invited', { email: typed.email }));
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
      action={t('add')}
      fields={FIELDS}
      texts={{ already_member: t('alreadyMember'), too_many_invitations: t('tooMany') }}
    >
      <TextField
        label={t('email')}
        type="email"
        value={typed.email}
        onChange={set('email')}
        maxLength={250}
        hint={t('inviteHint')}
        error={problem?.fields['email']}
        isRequired
      />
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
    inviteHint:
      'They get a mail with a link to accept; their papers can be recorded before. Without a mail server it lies as a file below mail/ in the data folder.',
    email: 'E-mail',
    firstName: 'First name',
    lastName: 'Last name',
    role: 'Role',
    roleHint: 'What the person may do. Never more than you may do yourself.',
    add: 'Send the invitation',
    invited: 'An invitation was sent to {email}.',
    alreadyMember: 'Somebody of the organisation has this address already. Under Invitations it can be sent again.',
    tooMany: 'There were too many invitations. Try again later.',
  },
  fr: {
    addPerson: 'Ajouter une personne',
    inviteHint:
      'Elle reçoit un message avec un lien pour accepter ; ses documents peuvent être enregistrés avant. Sans serveur de messagerie, il se trouve dans un fichier sous mail/ dans le dossier de données.',
    email: 'E-mail',
    firstName: 'Prénom',
    lastName: 'Nom de famille',
    role: 'Rôle',
    roleHint: 'Ce que la personne peut faire. Jamais plus que vous-même.',
    add: 'Envoyer l’invitation',
    invited: 'Une invitation a été envoyée à {email}.',
    alreadyMember: 'Quelqu’un de l’organisation a déjà cette adresse. Sous Invitations, elle peut être renvoyée.',
    tooMany: 'Il y a eu trop d’invitations. Réessayez plus tard.',
  },
});
