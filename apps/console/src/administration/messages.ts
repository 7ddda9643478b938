import { defineMessages } from '../i18n/catalogue';

export const messages = defineMessages({
  en: {
    administration: 'Administration',
    users: 'Users',
    name: 'Name',
    email: 'E-mail',
    role: 'Role',
    state: 'State',
    lastLogin: 'Last sign-in',
    search: 'Name or e-mail',
  },
  fr: {
    administration: 'Administration',
    users: 'Utilisateurs',
    name: 'Nom',
    email: 'E-mail',
    role: 'Rôle',
    state: 'État',
    lastLogin: 'Dernière connexion',
    search: 'Nom ou e-mail',
  },
});
