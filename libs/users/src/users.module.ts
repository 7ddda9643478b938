import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeyDirectory, IdentityDirectory, SessionDirectory } from '#libs/auth';
import { Config } from '#libs/config';
import { AccountsController } from './accounts.controller';
import { Accounts } from './accounts.service';
import { ApiKey } from './api-key.entity';
import { ApiKeySecret } from './api-key-secret.entity';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeys } from './api-keys.service';
import { Identities } from './identities.service';
import { Identity } from './identity.entity';
import { OidcSignIn } from './oidc-sign-in.service';
import { Budgets } from './budgets.service';
import { Invitation } from './invitation.entity';
import { InvitationsController } from './invitations.controller';
import { Invitations } from './invitations.service';
import { KnownAddress } from './known-address.entity';
import { Correspondence } from './correspondence.service';
import { FileMailer, Mailer, SmtpMailer } from './mailer';
import { Members } from './members.service';
import { Membership } from './membership.entity';
import { Memberships } from './memberships.service';
import { OrganizationController } from './organization.controller';
import { Organization } from './organization.entity';
import { OrganizationSwitch } from './organization-switch.service';
import { Organizations } from './organizations.service';
import { OwnAccountController } from './own-account.controller';
import { OwnAccount } from './own-account.service';
import { PasswordReset } from './password-reset.entity';
import { PasswordResetsController } from './password-resets.controller';
import { PasswordResets } from './password-resets.service';
import { Passwords } from './passwords';
import { People } from './people.service';
import { ProfileController } from './profile.controller';
import { Profiles } from './profiles.service';
import { Session } from './session.entity';
import { SessionsController } from './sessions.controller';
import { Sessions } from './sessions.service';
import { SignInController } from './sign-in.controller';
import { SignInBudget } from './sign-in-budget.entity';
import { SignInLimits } from './sign-in-limits.service';
import { SignIn } from './sign-in.service';
import { SignedInDevices } from './signed-in-devices.service';
import { User } from './user.entity';
import { UsersController } from './users.controller';
import { Users } from './users.service';

/** Global, because the guards of every route ask it whether a session is alive. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Organization,
      User,
      Membership,
      Session,
      ApiKey,
      ApiKeySecret,
      Identity,
      SignInBudget,
      KnownAddress,
      Invitation,
      PasswordReset,
    ]),
  ],
  // `users/me` before `users/:user_id`.
  controllers: [
    SignInController,
    InvitationsController,
    PasswordResetsController,
    ProfileController,
    OwnAccountController,
    SessionsController,
    UsersController,
    AccountsController,
    OrganizationController,
    ApiKeysController,
  ],
  providers: [
    Accounts,
    ApiKeys,
    Identities,
    OidcSignIn,
    Budgets,
    Correspondence,
    Invitations,
    Members,
    Memberships,
    Organizations,
    OrganizationSwitch,
    OwnAccount,
    PasswordResets,
    Passwords,
    People,
    Profiles,
    SignIn,
    SignInLimits,
    SignedInDevices,
    Sessions,
    Users,
    { provide: Mailer, inject: [Config], useFactory: createMailer },
    { provide: ApiKeyDirectory, useExisting: ApiKeys },
    { provide: IdentityDirectory, useExisting: Identities },
    { provide: SessionDirectory, useExisting: Sessions },
  ],
  exports: [Accounts, Correspondence, ApiKeyDirectory, IdentityDirectory, Organizations, People, SessionDirectory],
})
export class UsersModule {}

/** Of mails that go no further than a file. */
const NO_SENDER = 'Credence <credence@localhost>';

function createMailer({ environment: { SMTP_URL, MAIL_FROM, DATA_DIR } }: Config): Mailer {
  // With a server the configuration names the sender too.
  const from = MAIL_FROM ?? NO_SENDER;
  return SMTP_URL ? new SmtpMailer(SMTP_URL, from) : new FileMailer(DATA_DIR, from);
}
