import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, PersonPipe, Responds, RespondsList, RespondsNothing, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { personNotFound } from '#libs/users';
import {
  dispensationNeeded,
  neverDispensed,
  ownWaiver,
  requirementSetNotFound,
  requirementUnknown,
  waiverDaysRefused,
  waiverNotFound,
} from './requirements.errors';
import { WaiverDto, WaiverResponse } from './waiver.dto';
import { Waivers } from './waivers.service';

@ApiTags('Requirements')
@Controller('api/v1/crew')
export class WaiversController {
  constructor(private readonly waivers: Waivers) {}

  @Get('users/:user_id/waivers')
  @Permit('waiver:read')
  @ApiOperation({ summary: "A person's waivers, newest first, with those that were revoked" })
  @RespondsList(WaiverResponse)
  @Fails(personNotFound)
  list(@CurrentActor() actor: Actor, @Param('user_id', PersonPipe) userId: string) {
    return this.waivers.list(actor, userId);
  }

  @Post('users/:user_id/waivers')
  @Permit('waiver:create')
  @Idempotent()
  @ApiOperation({
    summary: 'Give somebody leave to go without what is asked for',
    description:
      "The office waives what the company or a client asks for. What a convention or a flag asks for takes the flag's verified dispensation, " +
      'which counts on the ship that it names and for its days. Nobody waives anything for themselves.',
  })
  @Responds(WaiverResponse, { status: 201 })
  @Fails(
    personNotFound,
    ownWaiver,
    requirementSetNotFound,
    requirementUnknown,
    waiverDaysRefused,
    dispensationNeeded,
    neverDispensed,
  )
  create(@CurrentActor() actor: Actor, @Param('user_id', PersonPipe) userId: string, @Body() dto: WaiverDto) {
    return this.waivers.create(actor, userId, dto);
  }

  @Delete('waivers/:waiver_id')
  @Permit('waiver:delete')
  @ApiOperation({ summary: 'Revoke a waiver; it stays in the list' })
  @RespondsNothing()
  @Fails(waiverNotFound)
  revoke(@CurrentActor() actor: Actor, @Param('waiver_id', UuidPipe) id: string) {
    return this.waivers.revoke(actor, id);
  }
}
