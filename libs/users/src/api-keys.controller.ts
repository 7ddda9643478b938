import { Body, Controller, Delete, Get, Header, Headers, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, Responds, RespondsNothing, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { CreateApiKeyDto, RotateApiKeyDto } from './api-key.dto';
import { ApiKeyResponse, ApiKeysResponse, CurrentApiKeyResponse, NewApiKeyResponse } from './api-key-response.dto';
import { ApiKeys } from './api-keys.service';
import { apiKeyNotFound } from './users.errors';

@ApiTags('API keys')
@Controller('api/v1/shared/api-keys')
export class ApiKeysController {
  constructor(private readonly apiKeys: ApiKeys) {}

  @Get()
  @Permit('api-key:manage')
  @Responds(ApiKeysResponse)
  @ApiOperation({ summary: "List the organisation's API keys", description: 'Newest first, without the secrets.' })
  list(@CurrentActor() actor: Actor) {
    return this.apiKeys.list(actor);
  }

  @Post()
  @Permit('api-key:manage')
  @Idempotent()
  @Header('cache-control', 'no-store')
  @Responds(NewApiKeyResponse, { status: 201 })
  @ApiOperation({
    summary: 'Make an API key for a system',
    description:
      'The answer has its secret, which is shown only this once and stored as a hash; the same request with the same ' +
      '`Idempotency-Key` is the same answer for 24 hours, kept encrypted. The key acts for itself on contract C: ' +
      'organisation-wide, within its scopes. On contract D it needs the session token of a person too and is limited by both.',
  })
  create(@CurrentActor() actor: Actor, @Body() dto: CreateApiKeyDto) {
    return this.apiKeys.create(actor, dto);
  }

  @Get('current')
  @Permit('api-key:current')
  @Responds(CurrentApiKeyResponse)
  @Fails(apiKeyNotFound)
  @ApiOperation({ summary: 'Who am I, and what may I do? For an API key', description: 'Every key may ask this.' })
  getCurrentApiKey(@CurrentActor() actor: Actor) {
    return this.apiKeys.getCurrent(actor);
  }

  @Get(':key_id')
  @Permit('api-key:manage')
  @Responds(ApiKeyResponse)
  @Fails(apiKeyNotFound)
  @ApiOperation({ summary: 'Read an API key', description: 'Without its secret.' })
  get(@CurrentActor() actor: Actor, @Param('key_id', UuidPipe) id: string) {
    return this.apiKeys.get(actor, id);
  }

  @Post(':key_id/rotate')
  @Permit('api-key:manage')
  @Idempotent()
  @Header('cache-control', 'no-store')
  @Responds(NewApiKeyResponse, { status: 201 })
  @Fails(apiKeyNotFound)
  @ApiOperation({
    summary: 'Give an API key its next secret',
    description: 'The secret before works on for the overlap, so that the system can change over without a pause.',
  })
  rotate(@CurrentActor() actor: Actor, @Param('key_id', UuidPipe) id: string, @Body() dto: RotateApiKeyDto) {
    return this.apiKeys.rotate(actor, id, dto);
  }

  @Delete(':key_id')
  @Permit('api-key:manage')
  @RespondsNothing()
  @Fails(apiKeyNotFound)
  @Conditional()
  @ApiOperation({ summary: 'Delete an API key', description: 'It is refused from the next request on.' })
  remove(@CurrentActor() actor: Actor, @Param('key_id', UuidPipe) id: string, @Headers('if-match') ifMatch?: string) {
    return this.apiKeys.remove(actor, id, ifMatch);
  }
}
