import { defineMessages, type Locale } from '../i18n/catalogue';

/** The usual reasons for a rejection, in the order of the number keys. Their short names are in messages.ts. */
export const REASONS = [
  'unreadable',
  'missingPart',
  'dataDiffers',
  'wrongDocument',
  'wrongPerson',
  'notValid',
  'notAccepted',
  'duplicateReason',
] as const;
export type Reason = (typeof REASONS)[number];

/** What the professional reads: what is wrong, and what to do about it. */
const TEXTS = defineMessages({
  en: {
    unreadable: 'The scan cannot be read. Please send a sharper one in which every word can be read.',
    missingPart: 'Part of the document is missing. Please send all of its pages, with all four edges.',
    dataDiffers: 'What was entered differs from the document. Please correct it.',
    wrongDocument: 'The file shows another document than the one stated. Please send the right one.',
    wrongPerson: 'The document was issued to somebody else. Please send your own.',
    notValid: 'The document is not valid any more. Please send the current one.',
    notAccepted: 'We cannot accept documents of this authority. Please contact the office.',
    duplicateReason: 'The same document has been sent in before. Please delete this one.',
  },
  fr: {
    unreadable: 'Le scan est illisible. Merci d’en envoyer un plus net, où chaque mot peut être lu.',
    missingPart: 'Une partie du document manque. Merci d’envoyer toutes ses pages, avec leurs quatre bords.',
    dataDiffers: 'Les données saisies diffèrent du document. Merci de les corriger.',
    wrongDocument: 'Le fichier montre un autre document que celui indiqué. Merci d’envoyer le bon.',
    wrongPerson: 'Le document a été délivré à quelqu’un d’autre. Merci d’envoyer le vôtre.',
    notValid: 'Le document n’est plus valable. Merci d’envoyer celui qui est en cours de validité.',
    notAccepted: 'Nous ne pouvons pas accepter les documents de cette autorité. Merci de contacter le bureau.',
    duplicateReason: 'Le même document a déjà été envoyé. Merci de supprimer celui-ci.',
  },
});

/** What the API takes. */
export const REASON_LIMIT = 1000;

/** A reason as the reviewer is putting it together. */
export interface ReasonDraft {
  reason: Reason | '';
  text: string;
}

/** As it is sent, in the language of the organisation, which is the professional's. */
export function reasonText({ reason, text }: ReasonDraft, language: Locale): string {
  return [reason === '' ? '' : TEXTS[language][reason], text.trim()].filter(Boolean).join(' ');
}

const keyOf = (verificationId: string) => `credence.reason.${verificationId}`;
const EMPTY: ReasonDraft = { reason: '', text: '' };

/** Kept in this tab until the rejection counts, whatever happens to the page or to the paper meanwhile. */
export const drafts = {
  read(verificationId: string): ReasonDraft {
    const stored = sessionStorage.getItem(keyOf(verificationId));
    return stored ? (JSON.parse(stored) as ReasonDraft) : EMPTY;
  },
  keep(verificationId: string, draft: ReasonDraft): void {
    sessionStorage.setItem(keyOf(verificationId), JSON.stringify(draft));
  },
  remove(verificationId: string): void {
    sessionStorage.removeItem(keyOf(verificationId));
  },
};
