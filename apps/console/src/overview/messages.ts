import { defineMessages } from '../i18n/catalogue';

export const messages = defineMessages({
  en: {
    title: 'Overview',
    waiting: '{count, plural, =0 {Nothing is} one {# credential is} other {# credentials are}} waiting for review',
  },
  fr: {
    title: 'Vue d’ensemble',
    waiting: '{count, plural, =0 {Rien n’attend} one {# titre attend} other {# titres attendent}} un examen',
  },
});
