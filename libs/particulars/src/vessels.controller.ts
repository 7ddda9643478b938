import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, invalidCursor, Responds, RespondsNothing, RespondsPage, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { imoNumberWrong, stateUnknown, vesselExists, vesselInUse, vesselNotFound } from './particulars.errors';
import { CreateVesselDto, UpdateVesselDto, VesselResponse, VesselsQuery } from './vessel.dto';
import { Vessels } from './vessels.service';

@ApiTags('Vessels')
@Controller('api/v1/crew/vessels')
export class VesselsController {
  constructor(private readonly vessels: Vessels) {}

  @Get()
  @Permit('vessel:read')
  @ApiOperation({ operationId: 'listVessels', summary: 'The vessels and sites of the organisation, by name' })
  @RespondsPage(VesselResponse)
  @Fails(invalidCursor)
  list(@CurrentActor() actor: Actor, @Query() query: VesselsQuery) {
    return this.vessels.list(actor, query);
  }

  @Post()
  @Permit('vessel:create')
  @Idempotent()
  @ApiOperation({
    operationId: 'createVessel',
    summary: 'Add a vessel or site',
    description: 'What hangs on a fact that is left out is `unknown` in the fitness of whoever works there.',
  })
  @Responds(VesselResponse, { status: 201 })
  @Fails(vesselExists, imoNumberWrong, stateUnknown)
  create(@CurrentActor() actor: Actor, @Body() dto: CreateVesselDto) {
    return this.vessels.create(actor, dto);
  }

  @Get(':vessel_id')
  @Permit('vessel:read')
  @ApiOperation({ operationId: 'getVessel', summary: 'One vessel; its ETag changes with every change' })
  @Responds(VesselResponse)
  @Fails(vesselNotFound)
  get(@CurrentActor() actor: Actor, @Param('vessel_id', UuidPipe) id: string) {
    return this.vessels.get(actor, id);
  }

  @Patch(':vessel_id')
  @Permit('vessel:update', { shows: 'vessel:read' })
  @ApiOperation({
    operationId: 'updateVessel',
    summary: 'Change a vessel',
    description: 'A missing field stays, null clears it.',
  })
  @Conditional()
  @Responds(VesselResponse)
  @Fails(vesselNotFound, vesselExists, imoNumberWrong, stateUnknown)
  update(
    @CurrentActor() actor: Actor,
    @Param('vessel_id', UuidPipe) id: string,
    @Body() dto: UpdateVesselDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.vessels.update(actor, id, dto, ifMatch);
  }

  @Delete(':vessel_id')
  @Permit('vessel:delete')
  @ApiOperation({ operationId: 'removeVessel', summary: 'Remove a vessel that nobody works on' })
  @Conditional()
  @RespondsNothing()
  @Fails(vesselNotFound, vesselInUse)
  remove(
    @CurrentActor() actor: Actor,
    @Param('vessel_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.vessels.remove(actor, id, ifMatch);
  }
}
