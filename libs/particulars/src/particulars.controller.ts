import { Body, Controller, Get, Headers, Param, Patch } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, PersonPipe, Responds } from '#libs/common';
import { personNotFound } from '#libs/users';
import { ParticularsResponse, UpdateParticularsDto } from './particulars.dto';
import { employeeNumberTaken, particularsDaysRefused, stateUnknown, vesselUnknown } from './particulars.errors';
import { PeoplesParticulars } from './particulars.service';

@ApiTags('Particulars')
@Controller('api/v1/crew/users/:user_id/particulars')
export class ParticularsController {
  constructor(private readonly particulars: PeoplesParticulars) {}

  @Get()
  @Permit('particulars:read')
  @ApiOperation({
    operationId: 'getParticulars',
    summary: 'What the organisation knows of a person besides their name: rank, vessel, date of birth and more',
    description: 'What nobody has said is null. The ETag changes with every change.',
  })
  @Responds(ParticularsResponse)
  @Fails(personNotFound)
  get(@CurrentActor() actor: Actor, @Param('user_id', PersonPipe) userId: string) {
    return this.particulars.get(actor, userId);
  }

  @Patch()
  @Permit('particulars:update', { shows: 'particulars:read' })
  @ApiOperation({
    operationId: 'updateParticulars',
    summary: "Change a person's particulars",
    description: 'A missing field stays, null clears it. What is asked of the person follows from them.',
  })
  @Conditional()
  @Responds(ParticularsResponse)
  @Fails(personNotFound, vesselUnknown, stateUnknown, particularsDaysRefused, employeeNumberTaken)
  update(
    @CurrentActor() actor: Actor,
    @Param('user_id', PersonPipe) userId: string,
    @Body() dto: UpdateParticularsDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.particulars.update(actor, userId, dto, ifMatch);
  }
}
