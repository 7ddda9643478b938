import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Correspondence, type MailText } from '#libs/accounts';
import { Jobs, type Sender } from '#libs/jobs';
import type { Language } from '#libs/users';

/** What has happened to the second factors of an account. */
export type FactorChange =
  'passkey_added' | 'passkey_removed' | 'app_added' | 'app_removed' | 'codes_renewed' | 'reset';

const MAIL = 'second-factor.mail';

/** Whoever's account it is hears of each change of its second factors. */
@Injectable()
export class FactorMails {
  constructor(
    correspondence: Correspondence,
    private readonly jobs: Jobs,
  ) {
    jobs.handle(
      MAIL,
      ({ organizationId, userUuid, change }) =>
        correspondence.write(Number(organizationId), String(userUuid), (language, { firstName }) =>
          changeText(language, firstName, change as FactorChange),
        ),
      { lane: 'mail' },
    );
  }

  enqueue(tx: EntityManager, { organizationId, userUuid }: Sender, change: FactorChange): Promise<void> {
    const sender = { organizationId, userUuid };
    return this.jobs.enqueue(tx, MAIL, { ...sender, change }, { sender });
  }
}

const SENTENCES: Readonly<Record<Language, Record<FactorChange, string>>> = {
  en: {
    passkey_added: 'A passkey was added to your account.',
    passkey_removed: 'A passkey was removed from your account.',
    app_added: 'An authenticator app was added to your account.',
    app_removed: 'The authenticator app was removed from your account.',
    codes_renewed: 'New recovery codes were made for your account; the ones before do not work any more.',
    reset:
      'Whoever runs this installation has removed all second factors from your account: the password is enough again.',
  },
  fr: {
    passkey_added: 'Une clé d’accès a été ajoutée à votre compte.',
    passkey_removed: 'Une clé d’accès a été retirée de votre compte.',
    app_added: 'Une application d’authentification a été ajoutée à votre compte.',
    app_removed: 'L’application d’authentification a été retirée de votre compte.',
    codes_renewed:
      'De nouveaux codes de secours ont été créés pour votre compte ; les précédents ne fonctionnent plus.',
    reset:
      'L’exploitant de cette installation a retiré tous les seconds facteurs de votre compte : le mot de passe suffit à nouveau.',
  },
};

function changeText(language: Language, firstName: string, change: FactorChange): MailText {
  const sentence = SENTENCES[language][change];
  switch (language) {
    case 'fr':
      return {
        subject: 'Votre second facteur',
        text: `Bonjour ${firstName},

${sentence}

Si ce n’était pas vous, changez votre mot de passe, terminez vos autres sessions et prévenez votre bureau.
`,
      };
    case 'en':
      return {
        subject: 'Your second factor',
        text: `Hello ${firstName},

${sentence}

If it was not you, change your password, end your other sessions and tell your office.
`,
      };
  }
}
