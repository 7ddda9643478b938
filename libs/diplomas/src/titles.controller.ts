import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit, RequiresSessionToken } from '#libs/auth';
import { Conditional, Fails, IntegerIdPipe, Responds, RespondsNothing } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { titleExists, titleInUse, titleNotFound } from './diplomas.errors';
import { TitleDto, TitleListResponse, TitleResponse, TitlesQuery } from './title.dto';
import { Titles } from './titles.service';

@ApiTags('Titles')
@RequiresSessionToken()
@Controller('users-organizations/v1/rs/titles')
export class TitlesController {
  constructor(private readonly titles: Titles) {}

  @Get()
  @Permit('title:read')
  @ApiOperation({ summary: 'The titles of the organisation, by name' })
  @Responds(TitleListResponse)
  list(@CurrentActor() actor: Actor, @Query() query: TitlesQuery) {
    return this.titles.list(actor, query);
  }

  @Post()
  @Permit('title:create')
  @Idempotent()
  @ApiOperation({ summary: 'Add a title' })
  @Responds(TitleResponse, { status: 201 })
  @Fails(titleExists)
  create(@CurrentActor() actor: Actor, @Body() dto: TitleDto) {
    return this.titles.create(actor, dto);
  }

  @Get(':titleId')
  @Permit('title:read')
  @ApiOperation({ summary: 'One title; its ETag changes with every change' })
  @Responds(TitleResponse)
  @Fails(titleNotFound)
  get(@CurrentActor() actor: Actor, @Param('titleId', IntegerIdPipe) id: number) {
    return this.titles.get(actor, id);
  }

  @Patch(':titleId')
  @Permit('title:update')
  @ApiOperation({
    summary: 'Rename a title',
    description:
      'One that a diploma refers to has its spelling corrected and no more; add a title for another name. Diplomas keep the name that was sent in with them, and the trail of each tells of the correction.',
  })
  @Conditional()
  @Responds(TitleResponse)
  @Fails(titleNotFound, titleExists, titleInUse)
  rename(
    @CurrentActor() actor: Actor,
    @Param('titleId', IntegerIdPipe) id: number,
    @Body() dto: TitleDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.titles.rename(actor, id, dto, ifMatch);
  }

  @Delete(':titleId')
  @Permit('title:delete')
  @ApiOperation({ summary: 'Remove a title that no diploma refers to' })
  @Conditional()
  @RespondsNothing()
  @Fails(titleNotFound, titleInUse)
  remove(
    @CurrentActor() actor: Actor,
    @Param('titleId', IntegerIdPipe) id: number,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.titles.remove(actor, id, ifMatch);
  }
}
