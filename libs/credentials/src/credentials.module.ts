import { Module } from '@nestjs/common';
import { UploadsModule } from '#libs/uploads';
import { VerificationModule } from '#libs/verification';
import { CredentialFiles } from './credential-files.service';
import { CredentialTools } from './credential-tools';

/** What all kinds of credentials have alike. Each kind's own module imports it. */
@Module({
  imports: [UploadsModule, VerificationModule],
  providers: [CredentialFiles, CredentialTools],
  exports: [CredentialFiles, CredentialTools, VerificationModule],
})
export class CredentialsModule {}
