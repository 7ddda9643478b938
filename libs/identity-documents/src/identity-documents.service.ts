import { Injectable } from '@nestjs/common';
import type { Actor } from '#libs/auth';
import { CredentialRegister, CredentialTools, RecordedCredentials, withState } from '#libs/credentials';
import { IDENTITY_DOCUMENT } from './identity-document-kind';
import type { CreateIdentityDocumentDto, UpdateIdentityDocumentDto } from './identity-document.dto';
import type { IdentityDocument } from './identity-document.entity';

/** Passports, seaman's books and visas. */
@Injectable()
export class IdentityDocuments extends RecordedCredentials<IdentityDocument> {
  constructor(tools: CredentialTools) {
    super(IDENTITY_DOCUMENT, tools);
  }

  /** @throws issuing_state_unknown besides */
  override async create(actor: Actor, userUuid: string, given: CreateIdentityDocumentDto): Promise<IdentityDocument> {
    return super.create(actor, userUuid, withState(given));
  }

  /** @throws issuing_state_unknown besides */
  override async update(
    actor: Actor,
    id: string,
    given: UpdateIdentityDocumentDto,
    ifMatch?: string,
  ): Promise<IdentityDocument> {
    return super.update(actor, id, withState(given), ifMatch);
  }
}

/** Those of everybody, for staff. */
@Injectable()
export class IdentityDocumentRegister extends CredentialRegister<IdentityDocument> {
  constructor(tools: CredentialTools, documents: IdentityDocuments) {
    super(IDENTITY_DOCUMENT, tools, documents);
  }
}
