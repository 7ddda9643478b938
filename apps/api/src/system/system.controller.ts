import { Controller, Get, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { MailTrials, tooManyAttemptsDefinition } from '#libs/accounts';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, IntegerIdPipe, Responds, RespondsList, RespondsNothing } from '#libs/common';
import { failedJobNotFound } from './system.errors';
import { FailedJobResponse, SystemResponse } from './system-response.dto';
import { System } from './system.service';

/** Organisations share an installation: its state is told to the admins of all, what it works on only to those whose it is. */
@ApiTags('System')
@Controller('api/v1/shared/system')
export class SystemController {
  constructor(
    private readonly system: System,
    private readonly mailTrials: MailTrials,
  ) {}

  @Get()
  @Permit('system:read')
  @Responds(SystemResponse)
  @ApiOperation({
    summary: 'How is the system?',
    description: 'Version, health, how much work of your organisation waits, and the last backup.',
  })
  get(@CurrentActor() actor: Actor) {
    return this.system.look(actor);
  }

  @Get('failed-jobs')
  @Permit('system:read')
  @RespondsList(FailedJobResponse)
  @ApiOperation({
    summary: 'List background work that has failed for good',
    description:
      'Mails, checks of files and the like of your organisation that have had all their attempts; oldest first, at most 200.',
  })
  listFailedJobs(@CurrentActor() actor: Actor) {
    return this.system.listFailedJobs(actor);
  }

  @Post('failed-jobs/:job_id/retry')
  @Permit('system:manage')
  @RespondsNothing()
  @Fails(failedJobNotFound)
  @ApiOperation({ summary: 'Let failed work be tried again', description: 'At once, with all its attempts.' })
  retryFailedJob(@CurrentActor() actor: Actor, @Param('job_id', IntegerIdPipe) jobId: number) {
    return this.system.retryFailedJob(actor, jobId);
  }

  @Post('mail-trials')
  @Permit('system:manage')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiResponse({ status: HttpStatus.ACCEPTED, description: 'A mail to you is on its way' })
  @Fails(tooManyAttemptsDefinition)
  @ApiOperation({
    summary: 'Have a mail sent to yourself',
    description:
      'Shows whether mails arrive; at most 5 an hour. One that fails is tried again, and in the end listed as failed.',
  })
  tryMail(@CurrentActor() actor: Actor) {
    return this.mailTrials.send(actor);
  }
}
