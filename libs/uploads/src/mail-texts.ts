import type { MailText } from '#libs/accounts';
import type { Language } from '#libs/users';

interface InfectedFile {
  firstName: string;
  filename: string;
  /** What the scanner calls what it found. */
  threat: string;
}

/** In the language of the organisation. */
export function infectedText(language: Language, { firstName, filename, threat }: InfectedFile): MailText {
  switch (language) {
    case 'fr':
      return {
        subject: 'Un fichier que vous avez envoyé a été refusé',
        text: `Bonjour ${firstName},

Le fichier « ${filename} » contient un programme malveillant (${threat}). Il a été mis de côté, et personne ne peut l’ouvrir.

Vérifiez l’appareil d’où il vient, puis envoyez une copie saine.
`,
      };
    case 'en':
      return {
        subject: 'A file that you sent was refused',
        text: `Hello ${firstName},

The file "${filename}" contains malware (${threat}). It was put aside, and nobody can open it.

Please check the device it comes from, and send a clean copy.
`,
      };
  }
}
