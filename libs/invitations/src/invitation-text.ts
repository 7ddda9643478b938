import type { MailText } from '#libs/accounts';
import type { Language } from '#libs/users';
import { shownOrganization, shownPerson } from './shown-names';

interface Invited {
  firstName: string;
  organization: string;
  link: string;
}

/** In the language of the organisation. What its staff wrote is shown only where it is plainly a name. */
export function invitationText(language: Language, { firstName, organization, link }: Invited): MailText {
  const greeted = shownPerson(firstName);
  const shown = shownOrganization(organization);
  switch (language) {
    case 'fr':
      return {
        subject: shown ? `Votre invitation : ${shown}` : 'Votre invitation',
        text: `Bonjour${greeted ? ` ${greeted}` : ''},

${shown ?? 'Une organisation'} vous invite à tenir vos diplômes et certificats dans son registre. Acceptez ici :

${link}

Le lien est valable une fois, pendant sept jours. Si vous n’attendiez pas ce message, ignorez-le.
`,
      };
    case 'en':
      return {
        subject: shown ? `Your invitation: ${shown}` : 'Your invitation',
        text: `Hello${greeted ? ` ${greeted}` : ''},

${shown ?? 'An organisation'} invites you to keep your diplomas and certificates in its registry. Accept here:

${link}

The link works once, within seven days. If you did not expect this message, ignore it.
`,
      };
  }
}
