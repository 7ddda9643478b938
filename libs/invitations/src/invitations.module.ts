import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Acceptances } from './acceptances.service';
import { AcceptancesController } from './acceptances.controller';
import { Foundings } from './foundings.service';
import { Invitation } from './invitation.entity';
import { InvitationBudgets } from './invitation-budgets.service';
import { InvitationMails } from './invitation-mails.service';
import { InvitationsController } from './invitations.controller';
import { Invitations } from './invitations.service';
import './personal-data';

/** How people come to organisations. UsersModule and AccountsModule, which it needs, are global. */
@Module({
  imports: [TypeOrmModule.forFeature([Invitation])],
  controllers: [InvitationsController, AcceptancesController],
  providers: [Acceptances, Foundings, InvitationBudgets, InvitationMails, Invitations],
  exports: [Foundings],
})
export class InvitationsModule {}
