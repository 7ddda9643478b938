import type { Language } from '#libs/users';

export interface MailText {
  subject: string;
  text: string;
}

interface Invited {
  firstName: string;
  organization: string;
  link: string;
}

/** In the language of the organisation. */
export function invitationText(language: Language, { firstName, organization, link }: Invited): MailText {
  switch (language) {
    case 'fr':
      return {
        subject: `Votre invitation : ${organization}`,
        text: `Bonjour ${firstName},

${organization} vous invite à tenir vos diplômes et certificats dans son registre. Choisissez votre mot de passe ici :

${link}

Le lien est valable une fois, pendant sept jours. Si vous n’attendiez pas ce message, ignorez-le.
`,
      };
    case 'en':
      return {
        subject: `Your invitation: ${organization}`,
        text: `Hello ${firstName},

${organization} invites you to keep your diplomas and certificates in its registry. Choose your password here:

${link}

The link works once, within seven days. If you did not expect this message, ignore it.
`,
      };
  }
}

/** In the language of the organisation used last. */
export function passwordResetText(language: Language, { firstName, link }: Omit<Invited, 'organization'>): MailText {
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
