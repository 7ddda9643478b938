import type { Language } from '#libs/users';

/** The pages that the links of the mails lead to. */
export const ACCOUNT_PAGES = ['accept-invitation', 'reset-password'] as const;

/** The token comes after the #: browsers send that to no server, so it stands in no log. The page speaks the language of the mail. */
export function accountLink(
  publicUrl: string,
  page: (typeof ACCOUNT_PAGES)[number],
  language: Language,
  token: string,
): string {
  return `${publicUrl}/${page}?lang=${language}#token=${token}`;
}
