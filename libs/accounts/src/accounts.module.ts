import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdentityDirectory, SessionDirectory } from '#libs/auth';
import { Config } from '#libs/config';
import { Telemetry } from '#libs/telemetry';
import { AccountsController } from './accounts.controller';
import { Accounts } from './accounts.service';
import { Correspondence } from './mail/correspondence.service';
import { CountingMailer } from './mail/counting-mailer';
import { MailTrials } from './mail/mail-trials.service';
import { FileMailer, Mailer, SmtpMailer } from './mail/mailer';
import { OwnAccountController } from './own-account.controller';
import { OwnAccount } from './own-account.service';
import { PasswordReset } from './passwords/password-reset.entity';
import { PasswordResetsController } from './passwords/password-resets.controller';
import { PasswordResets } from './passwords/password-resets.service';
import { Passwords } from './passwords/passwords';
import { Proofs } from './proofs.service';
import { Session } from './sessions/session.entity';
import { SessionsController } from './sessions/sessions.controller';
import { Sessions } from './sessions/sessions.service';
import { SignedInDevices } from './sessions/signed-in-devices.service';
import { Budgets } from './sign-in/budgets.service';
import { Identities } from './sign-in/identities.service';
import { Identity } from './sign-in/identity.entity';
import { KnownAddress } from './sign-in/known-address.entity';
import { OidcSignIn } from './sign-in/oidc-sign-in.service';
import { OrganizationSwitch } from './sign-in/organization-switch.service';
import { SignInBudget } from './sign-in/sign-in-budget.entity';
import { SignInLimits } from './sign-in/sign-in-limits.service';
import { SignInController } from './sign-in/sign-in.controller';
import { SignIn } from './sign-in/sign-in.service';
import './personal-data';

/** Global, because the guards of every route ask it whether a session is alive. UsersModule and SecondFactorModule, which it needs, are global too. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Session, Identity, SignInBudget, KnownAddress, PasswordReset])],
  // `users/me` before `users/:user_id`.
  controllers: [
    SignInController,
    PasswordResetsController,
    OwnAccountController,
    SessionsController,
    AccountsController,
  ],
  providers: [
    Accounts,
    Identities,
    MailTrials,
    OidcSignIn,
    Budgets,
    Correspondence,
    OrganizationSwitch,
    OwnAccount,
    PasswordResets,
    Passwords,
    Proofs,
    SignIn,
    SignInLimits,
    SignedInDevices,
    Sessions,
    { provide: Mailer, inject: [Config, Telemetry], useFactory: createMailer },
    { provide: IdentityDirectory, useExisting: Identities },
    { provide: SessionDirectory, useExisting: Sessions },
  ],
  exports: [
    Budgets,
    Correspondence,
    IdentityDirectory,
    Mailer,
    MailTrials,
    OwnAccount,
    Passwords,
    Proofs,
    SessionDirectory,
    SignIn,
    SignInLimits,
  ],
})
export class AccountsModule {}

/** Of mails that go no further than a file. */
const NO_SENDER = 'Credence <credence@localhost>';

function createMailer({ environment: { SMTP_URL, MAIL_FROM, DATA_DIR } }: Config, telemetry: Telemetry): Mailer {
  // With a server the configuration names the sender too.
  const from = MAIL_FROM ?? NO_SENDER;
  return new CountingMailer(SMTP_URL ? new SmtpMailer(SMTP_URL, from) : new FileMailer(DATA_DIR, from), telemetry);
}
