import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { credentialRoutes, CredentialsModule } from '#libs/credentials';
import { IDENTITY_DOCUMENT } from './identity-document-kind';
import { IdentityDocument } from './identity-document.entity';
import { IdentityDocumentsController } from './identity-documents.controller';
import { IdentityDocumentRegister, IdentityDocuments } from './identity-documents.service';

@Module({
  imports: [TypeOrmModule.forFeature([IdentityDocument]), CredentialsModule],
  controllers: [IdentityDocumentsController, credentialRoutes(IDENTITY_DOCUMENT, IdentityDocuments)],
  providers: [IdentityDocuments, IdentityDocumentRegister],
})
export class IdentityDocumentsModule {}
