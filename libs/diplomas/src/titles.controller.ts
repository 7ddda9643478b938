import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit, RequiresSessionToken } from '#libs/auth';
import { Fails, IntegerIdPipe, Responds, RespondsNothing } from '#libs/common';
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
  @ApiOperation({ summary: 'Add a title' })
  @Responds(TitleResponse, { status: 201 })
  @Fails(titleExists)
  create(@CurrentActor() actor: Actor, @Body() dto: TitleDto) {
    return this.titles.create(actor, dto);
  }

  @Patch(':titleId')
  @Permit('title:update')
  @ApiOperation({ summary: 'Rename a title' })
  @Responds(TitleResponse)
  @Fails(titleNotFound, titleExists)
  rename(@CurrentActor() actor: Actor, @Param('titleId', IntegerIdPipe) id: number, @Body() dto: TitleDto) {
    return this.titles.rename(actor, id, dto);
  }

  @Delete(':titleId')
  @Permit('title:delete')
  @ApiOperation({ summary: 'Remove a title that no diploma refers to' })
  @RespondsNothing()
  @Fails(titleNotFound, titleInUse)
  remove(@CurrentActor() actor: Actor, @Param('titleId', IntegerIdPipe) id: number) {
    return this.titles.remove(actor, id);
  }
}
