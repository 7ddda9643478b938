import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Organization } from './organization.entity';
import { User } from './user.entity';
import { Membership } from './membership.entity';
import { Session } from './session.entity';

@Module({
  imports: [TypeOrmModule.forFeature([Organization, User, Membership, Session])],
})
export class UsersModule {}
