export * from './accounts.module';
export {
  currentPasswordWrong,
  passwordTooCommon,
  secondFactorRequired,
  tooManyAttempts,
  tooManyAttemptsDefinition,
} from './accounts.errors';
export { type Caller, CurrentCaller } from './caller';
export { ACCOUNT_PAGES, accountLink } from './mail/account-link';
export { Correspondence } from './mail/correspondence.service';
export type { MailText } from './mail/mail-texts';
export { MailTrials } from './mail/mail-trials.service';
export { Mailer } from './mail/mailer';
export { hashOneTimeToken, newOneTimeToken } from './mail/one-time-token';
export { OwnAccount, type Owner } from './own-account.service';
export { NewPasswordField } from './passwords/new-password-field';
export { Passwords } from './passwords/passwords';
export { Proofs } from './proofs.service';
export { Session } from './sessions/session.entity';
export { type Attempt, type BudgetKind, Budgets } from './sign-in/budgets.service';
export { type PasswordProof, SecondFactorGate } from './sign-in/second-factor-gate';
export { SignInLimits } from './sign-in/sign-in-limits.service';
export { SignInResponse } from './sign-in/sign-in-response.dto';
export { SignIn } from './sign-in/sign-in.service';
