import type { Language } from '#libs/users';

export interface MailText {
  subject: string;
  text: string;
}

interface Recipient {
  firstName: string;
  link: string;
}

/** In the language of the organisation used last. */
export function passwordResetText(language: Language, { firstName, link }: Recipient): MailText {
  switch (language) {
    case 'fr':
      return {
        subject: 'Un nouveau mot de passe',
        text: `Bonjour ${firstName},

Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte. Choisissez-le ici :

${link}

Le lien est valable une fois, pendant une heure. Si ce n’était pas vous, ignorez ce message : rien n’a changé.
`,
      };
    case 'en':
      return {
        subject: 'A new password',
        text: `Hello ${firstName},

Somebody, probably you, asked for a new password for your account. Choose it here:

${link}

The link works once, within one hour. If it was not you, ignore this message: nothing has changed.
`,
      };
  }
}

/** To an admin who wants to know whether mails arrive. */
export function mailTrialText(language: Language, { firstName }: Pick<Recipient, 'firstName'>): MailText {
  switch (language) {
    case 'fr':
      return {
        subject: 'Essai d’envoi de courrier',
        text: `Bonjour ${firstName},

Vous avez demandé ce message dans Credence, pour savoir si le courrier arrive. Il arrive.
`,
      };
    case 'en':
      return {
        subject: 'A mail to try whether mails arrive',
        text: `Hello ${firstName},

You asked Credence for this mail, to see whether mails arrive. They do.
`,
      };
  }
}
