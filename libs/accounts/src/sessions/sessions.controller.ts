import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, RespondsList, RespondsNothing, UuidPipe } from '#libs/common';
import { personNotFound } from '#libs/users';
import { DeviceResponse } from './device-response.dto';
import { SignedInDevices } from './signed-in-devices.service';
import { sessionNotFound } from '../accounts.errors';

@ApiTags('Sessions')
@Controller('api/v1/shared/users')
export class SessionsController {
  constructor(private readonly devices: SignedInDevices) {}

  @Get('me/sessions')
  @Permit('session:read')
  @RespondsList(DeviceResponse)
  @ApiOperation({
    summary: 'List where you are signed in',
    description: 'In all your organisations, last used first; at most 200.',
  })
  listOwnSessions(@CurrentActor() actor: Actor) {
    return this.devices.listOwn(actor);
  }

  @Delete('me/sessions/:session_id')
  @Permit('session:end')
  @RespondsNothing()
  @Fails(sessionNotFound)
  @ApiOperation({ summary: 'End one of your sessions', description: 'Its tokens are refused from now on.' })
  endOwnSession(@CurrentActor() actor: Actor, @Param('session_id', UuidPipe) sessionId: string) {
    return this.devices.endOwn(actor, sessionId);
  }

  @Get(':user_id/sessions')
  @Permit('user-session:read')
  @RespondsList(DeviceResponse)
  @Fails(personNotFound)
  @ApiOperation({
    summary: 'List where a person is signed in',
    description: 'Sessions of your organisation only, last used first; at most 200.',
  })
  listSessionsOfUser(@CurrentActor() actor: Actor, @Param('user_id', UuidPipe) userId: string) {
    return this.devices.listOf(actor, userId);
  }

  @Delete(':user_id/sessions')
  @Permit('user-session:end')
  @RespondsNothing()
  @Fails(personNotFound)
  @ApiOperation({ summary: 'Sign a person out everywhere', description: 'Ends their sessions of your organisation.' })
  endSessionsOfUser(@CurrentActor() actor: Actor, @Param('user_id', UuidPipe) userId: string) {
    return this.devices.endAllOf(actor, userId);
  }

  @Delete(':user_id/sessions/:session_id')
  @Permit('user-session:end')
  @RespondsNothing()
  @Fails(personNotFound, sessionNotFound)
  @ApiOperation({ summary: 'End a session of a person', description: 'Its tokens are refused from now on.' })
  endSessionOfUser(
    @CurrentActor() actor: Actor,
    @Param('user_id', UuidPipe) userId: string,
    @Param('session_id', UuidPipe) sessionId: string,
  ) {
    return this.devices.endOf(actor, userId, sessionId);
  }
}
