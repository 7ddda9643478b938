import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiKeyDirectory } from '#libs/auth';
import { Account } from './account.entity';
import { AccountRegister } from './account-register.service';
import { ApiKey } from './api-key.entity';
import { ApiKeySecret } from './api-key-secret.entity';
import { ApiKeysController } from './api-keys.controller';
import { ApiKeys } from './api-keys.service';
import { KnownApiKeys } from './known-api-keys.service';
import { Members } from './members.service';
import { Membership } from './membership.entity';
import { Memberships } from './memberships.service';
import { OrganizationController } from './organization.controller';
import { Organization } from './organization.entity';
import { Organizations } from './organizations.service';
import { People } from './people.service';
import { ProfileController } from './profile.controller';
import { Profiles } from './profiles.service';
import { User } from './user.entity';
import { UsersController } from './users.controller';
import { Users } from './users.service';
import './personal-data';

/** Global, because nearly everything is of people and their organisations, and the guards of every route ask it about API keys. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Organization, User, Account, Membership, ApiKey, ApiKeySecret])],
  // `users/me` before `users/:user_id`.
  controllers: [ProfileController, UsersController, OrganizationController, ApiKeysController],
  providers: [
    AccountRegister,
    ApiKeys,
    Members,
    Memberships,
    Organizations,
    People,
    Profiles,
    Users,
    { provide: ApiKeyDirectory, useClass: KnownApiKeys },
  ],
  exports: [AccountRegister, ApiKeyDirectory, Members, Memberships, Organizations, People, Users],
})
export class UsersModule {}
