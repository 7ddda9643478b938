import { defineMessages } from '../i18n/catalogue';

export const messages = defineMessages({
  en: {
    title: 'Review',
    person: 'Person',
    subject: 'Credential',
    number: 'Submission',
    submitted: 'Sent in',
    file: 'File',
    empty: 'Nothing is waiting for review.',
  },
  fr: {
    title: 'Examen',
    person: 'Personne',
    subject: 'Titre',
    number: 'Envoi',
    submitted: 'Envoyé',
    file: 'Fichier',
    empty: 'Rien n’attend d’examen.',
  },
});
