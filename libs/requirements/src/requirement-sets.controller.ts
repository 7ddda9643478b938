import { Body, Controller, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, invalidCursor, Responds, RespondsPage, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { RequirementSetResponse } from './requirement-set-response.dto';
import { CreateRequirementSetDto, RequirementSetsQuery, UpdateRequirementSetDto } from './requirement-set.dto';
import { RequirementSets } from './requirement-sets.service';
import {
  effectiveFromTooEarly,
  requirementRefused,
  requirementSetExists,
  requirementSetNotFound,
  tooManyRequirementSets,
} from './requirements.errors';

@ApiTags('Requirements')
@Controller('api/v1/crew/requirement-sets')
export class RequirementSetsController {
  constructor(private readonly sets: RequirementSets) {}

  @Get()
  @Permit('requirement-set:read')
  @ApiOperation({ summary: 'What is asked of people, by code: each set in its newest version' })
  @RespondsPage(RequirementSetResponse)
  @Fails(invalidCursor)
  list(@CurrentActor() actor: Actor, @Query() query: RequirementSetsQuery) {
    return this.sets.list(actor, query);
  }

  @Post()
  @Permit('requirement-set:create')
  @Idempotent()
  @ApiOperation({
    summary: "Add a requirement set of the organisation's own",
    description: 'Sets add up: everybody is asked for what all the sets ask for that apply to them.',
  })
  @Responds(RequirementSetResponse, { status: 201 })
  @Fails(requirementSetExists, tooManyRequirementSets, requirementRefused)
  create(@CurrentActor() actor: Actor, @Body() dto: CreateRequirementSetDto) {
    return this.sets.create(actor, dto);
  }

  @Get(':requirement_set_id')
  @Permit('requirement-set:read')
  @ApiOperation({ summary: 'One requirement set; its ETag changes with every change' })
  @Responds(RequirementSetResponse)
  @Fails(requirementSetNotFound)
  get(@CurrentActor() actor: Actor, @Param('requirement_set_id', UuidPipe) id: string) {
    return this.sets.get(actor, id);
  }

  @Patch(':requirement_set_id')
  @Permit('requirement-set:update', { shows: 'requirement-set:read' })
  @ApiOperation({
    summary: 'Change a requirement set from a day on',
    description:
      'Makes a new version, of a set that came with the product too; what was asked before `effectiveFrom` stays as it was. A missing field ' +
      'stays, a list is replaced as a whole.',
  })
  @Conditional()
  @Responds(RequirementSetResponse)
  @Fails(requirementSetNotFound, requirementRefused, effectiveFromTooEarly)
  update(
    @CurrentActor() actor: Actor,
    @Param('requirement_set_id', UuidPipe) id: string,
    @Body() dto: UpdateRequirementSetDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.sets.update(actor, id, dto, ifMatch);
  }
}
