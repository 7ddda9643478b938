export * from './accounts.module';
export * from './accounts.service';
export { ACCOUNT_PAGES } from './mail/account-link';
export { Correspondence } from './mail/correspondence.service';
export type { MailText } from './mail/mail-texts';
export { Passwords } from './passwords/passwords';
export { Session } from './sessions/session.entity';
