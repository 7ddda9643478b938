import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor, Permit } from '#libs/auth';
import {
  Conditional,
  Fails,
  invalidCursor,
  Responds,
  RespondsList,
  RespondsNothing,
  RespondsPage,
  UuidPipe,
  PersonPipe,
} from '#libs/common';
import { datesRefused, issuingStateUnknown } from '#libs/credentials';
import { Idempotent } from '#libs/idempotency';
import { uploadNotUsable } from '#libs/uploads';
import { personNotFound } from '#libs/users';
import { duplicateFile } from '#libs/verification';
import { IDENTITY_DOCUMENT } from './identity-document-kind';
import { IdentityDocumentResponse, RegisteredIdentityDocumentResponse } from './identity-document-response.dto';
import {
  CreateIdentityDocumentDto,
  IdentityDocumentRegisterQuery,
  IdentityDocumentsQuery,
  UpdateIdentityDocumentDto,
} from './identity-document.dto';
import { identityDocumentNotFound } from './identity-documents.errors';
import { IdentityDocumentRegister, IdentityDocuments } from './identity-documents.service';

@ApiTags(IDENTITY_DOCUMENT.tag)
@Controller('api/v1/crew')
export class IdentityDocumentsController {
  constructor(
    private readonly documents: IdentityDocuments,
    private readonly register: IdentityDocumentRegister,
  ) {}

  @Post('users/:user_id/identity-documents')
  @Permit(IDENTITY_DOCUMENT.permissions.create)
  @Idempotent()
  @ApiOperation({ summary: 'Record an identity document and send it in for review' })
  @Responds(IdentityDocumentResponse, { status: 201 })
  @Fails(personNotFound, uploadNotUsable, ...datesRefused, issuingStateUnknown, duplicateFile)
  create(
    @CurrentActor() actor: Actor,
    @Param('user_id', PersonPipe) userId: string,
    @Body() dto: CreateIdentityDocumentDto,
  ) {
    return this.documents.create(actor, userId, dto);
  }

  @Get('users/:user_id/identity-documents')
  @Permit(IDENTITY_DOCUMENT.permissions.read)
  @ApiOperation({ summary: "A person's identity documents, newest first" })
  @RespondsList(IdentityDocumentResponse)
  @Fails(personNotFound)
  list(
    @CurrentActor() actor: Actor,
    @Param('user_id', PersonPipe) userId: string,
    @Query() query: IdentityDocumentsQuery,
  ) {
    return this.documents.list(actor, userId, query, query.document_type);
  }

  @Get('identity-documents')
  @Permit(IDENTITY_DOCUMENT.listPermission)
  @ApiOperation({
    operationId: 'listAllIdentityDocuments',
    summary: "Everybody's identity documents; the first to expire first, those that never do last",
  })
  @RespondsPage(RegisteredIdentityDocumentResponse)
  @Fails(invalidCursor)
  listAll(@CurrentActor() actor: Actor, @Query() query: IdentityDocumentRegisterQuery) {
    return this.register.list(actor, query, query.document_type);
  }

  @Get('identity-documents/:identity_document_id')
  @Permit(IDENTITY_DOCUMENT.permissions.read)
  @ApiOperation({ summary: 'One identity document; its ETag changes with every change and decision' })
  @Responds(IdentityDocumentResponse)
  @Fails(identityDocumentNotFound)
  get(@CurrentActor() actor: Actor, @Param('identity_document_id', UuidPipe) id: string) {
    return this.documents.get(actor, id);
  }

  @Patch('identity-documents/:identity_document_id')
  @Permit(IDENTITY_DOCUMENT.permissions.update, { shows: IDENTITY_DOCUMENT.permissions.read })
  @ApiOperation({
    summary: 'Change an identity document',
    description:
      'A missing field stays, null clears it. A changed number, state, date or file goes back to review; notes alone do not.',
  })
  @Conditional()
  @Responds(IdentityDocumentResponse)
  @Fails(identityDocumentNotFound, uploadNotUsable, ...datesRefused, issuingStateUnknown, duplicateFile)
  update(
    @CurrentActor() actor: Actor,
    @Param('identity_document_id', UuidPipe) id: string,
    @Body() dto: UpdateIdentityDocumentDto,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.documents.update(actor, id, dto, ifMatch);
  }

  @Delete('identity-documents/:identity_document_id')
  @Permit(IDENTITY_DOCUMENT.permissions.delete)
  @ApiOperation({ summary: 'Delete an identity document; its history is kept' })
  @Conditional()
  @RespondsNothing()
  @Fails(identityDocumentNotFound)
  remove(
    @CurrentActor() actor: Actor,
    @Param('identity_document_id', UuidPipe) id: string,
    @Headers('if-match') ifMatch?: string,
  ) {
    return this.documents.remove(actor, id, ifMatch);
  }
}
