import { Body, Controller, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import { Conditional, Fails, invalidCursor, Responds, RespondsPage, UuidPipe } from '#libs/common';
import { Idempotent } from '#libs/idempotency';
import { CreateKindDto, KindsQuery, UpdateKindDto } from './kind.dto';
import { KindResponse } from './kind-response.dto';
import {
  kindExists,
  kindNotFound,
  kindOfIdentityDocument,
  kindUnknown,
  monthsMissing,
  tooManyKinds,
} from './kinds.errors';
import { Kinds } from './kinds.service';

@ApiTags('Kinds of papers')
@Controller('api/v1/crew/certificate-kinds')
export class KindsController {
  constructor(private readonly kinds: Kinds) {}

  @Get()
  @Permit('certificate-kind:read')
  @ApiOperation({
    operationId: 'listCertificateKinds',
    summary: 'The kinds of papers of the organisation, by name',
    description:
      'Those of the catalogue that comes with the product, as the organisation has changed them, and its own. Each says which fields a new ' +
      'paper has to have, and how its end is found.',
  })
  @RespondsPage(KindResponse)
  @Fails(invalidCursor)
  list(@CurrentActor() actor: Actor, @Query() query: KindsQuery) {
    return this.kinds.list(actor, query);
  }

  @Post()
  @Permit('certificate-kind:create')
  @Idempotent()
  @ApiOperation({ operationId: 'createCertificateKind', summary: "Add a kind of the organisation's own" })
  @Responds(KindResponse, { status: 201 })
  @Fails(kindExists, tooManyKinds, kindUnknown, monthsMissing)
  create(@CurrentActor() actor: Actor, @Body() dto: CreateKindDto) {
    return this.kinds.create(actor, dto);
  }

  @Get(':certificate_kind_id')
  @Permit('certificate-kind:read')
  @ApiOperation({
    operationId: 'getCertificateKind',
    summary: 'One kind of paper; its ETag changes with every change',
  })
  @Responds(KindResponse)
  @Fails(kindNotFound)
  get(@CurrentActor() actor: Actor, @Param('certificate_kind_id', UuidPipe) id: string) {
    return this.kinds.get(actor, id);
  }

  @Patch(':certificate_kind_id')
  @Permit('certificate-kind:update', { shows: 'certificate-kind:read' })
  @ApiOperation({
    operationId: 'updateCertificateKind',
    summary: 'Change a kind, also one of the catalogue, for the organisation',
    description:
      'A missing field stays, null clears it; `name`, `required` and `validity` are replaced as a whole. What was true before is kept ' +
      'with its dates. A kind that is no longer offered stays that of the papers which have it.',
  })
  @Conditional()
  @Responds(KindResponse)
  @Fails(kindNotFound, kindUnknown, monthsMissing, kindOfIdentityDocument)
  update(
    @CurrentActor() actor: Actor,
    @Param('certificate_kind_id', UuidPipe) id: string,
    @Body() dto: UpdateKindDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.kinds.update(actor, id, dto, ifMatch);
  }
}
