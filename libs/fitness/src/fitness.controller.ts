import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Fails, invalidCursor, PersonPipe, Responds, RespondsList, RespondsPage } from '#libs/common';
import { vesselUnknown } from '#libs/particulars';
import { requirementSetNotFound } from '#libs/requirements';
import { personNotFound } from '#libs/users';
import { FitnessList } from './fitness-list.service';
import {
  CheckedFitnessResponse,
  FitnessResponse,
  ForecastResponse,
  PersonFitnessResponse,
} from './fitness-response.dto';
import { CheckFitnessDto, FitnessListQuery, FitnessQuery, ForecastQuery } from './fitness.dto';
import { knownInFuture, periodRefused } from './fitness.errors';
import { Fitnesses } from './fitnesses.service';

@ApiTags('Fitness')
@Controller('api/v1/crew')
export class FitnessController {
  constructor(
    private readonly fitnesses: Fitnesses,
    private readonly fitnessList: FitnessList,
  ) {}

  @Get('users/:user_id/fitness')
  @Permit('fitness:read')
  @ApiOperation({
    operationId: 'getFitness',
    summary: 'May this person work from one day to another, and if not, what is missing?',
    description:
      'Each requirement with the paper that meets it, and what speaks against it. Only a verified paper counts; what it says of a past day is by ' +
      'what is known today, or with `known_at` by what was known then.',
  })
  @Responds(FitnessResponse)
  @Fails(personNotFound, periodRefused, vesselUnknown, knownInFuture, requirementSetNotFound)
  get(@CurrentActor() actor: Actor, @Param('user_id', PersonPipe) userId: string, @Query() query: FitnessQuery) {
    return this.fitnesses.ofPerson(actor, userId, query);
  }

  @Get('fitness')
  @Permit('fitness:list')
  @ApiOperation({
    operationId: 'listFitness',
    summary: 'Everybody who is active, with their fitness',
    description:
      'A page may have fewer people than `limit` while `hasMore` is true: for one page two thousand people are looked at at most. ' +
      '`totalCount` is null when there are more than that.',
  })
  @RespondsPage(PersonFitnessResponse)
  @Fails(invalidCursor, periodRefused, requirementSetNotFound)
  list(@CurrentActor() actor: Actor, @Query() query: FitnessListQuery) {
    return this.fitnessList.list(actor, query);
  }

  @Post('fitness/check')
  @Permit('fitness:list')
  @ApiOperation({
    operationId: 'checkFitness',
    summary: 'The fitness of up to 500 people, each for days of their own',
    description: 'For crew planning; changes nothing. The answers come in the order of the questions.',
  })
  @RespondsList(CheckedFitnessResponse)
  @Fails(periodRefused, vesselUnknown, requirementSetNotFound)
  check(@CurrentActor() actor: Actor, @Body() dto: CheckFitnessDto) {
    return this.fitnesses.check(actor, dto);
  }

  @Get('fitness/forecast')
  @Permit('fitness:list')
  @ApiOperation({
    operationId: 'forecastFitness',
    summary: 'Of those who are fit today, who will be no longer, in which month and by what',
    description:
      'As their papers are today: nobody knows what will be renewed. Five thousand people are looked at at most.',
  })
  @Responds(ForecastResponse)
  forecast(@CurrentActor() actor: Actor, @Query() query: ForecastQuery) {
    return this.fitnessList.forecast(actor, query);
  }
}
