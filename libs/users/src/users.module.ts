import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionDirectory } from '#libs/auth';
import { Membership } from './membership.entity';
import { Organization } from './organization.entity';
import { Passwords } from './passwords';
import { People } from './people.service';
import { Session } from './session.entity';
import { Sessions } from './sessions.service';
import { SignInController } from './sign-in.controller';
import { SignIn } from './sign-in.service';
import { User } from './user.entity';

/** Global, because the guards of every route ask it whether a session is alive. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Organization, User, Membership, Session])],
  controllers: [SignInController],
  providers: [Passwords, People, SignIn, Sessions, { provide: SessionDirectory, useExisting: Sessions }],
  exports: [People, SessionDirectory],
})
export class UsersModule {}
