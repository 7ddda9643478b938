import { Injectable } from '@nestjs/common';
import { CredentialRegister, CredentialTools, RecordedCredentials } from '#libs/credentials';
import { CERTIFICATE } from './certificate-kind';
import type { Certificate } from './certificate.entity';

/** Professional certificates of contract C. */
@Injectable()
export class Certificates extends RecordedCredentials<Certificate> {
  constructor(tools: CredentialTools) {
    super(CERTIFICATE, tools);
  }
}

/** Those of everybody, for staff. */
@Injectable()
export class CertificateRegister extends CredentialRegister<Certificate> {
  constructor(tools: CredentialTools, certificates: Certificates) {
    super(CERTIFICATE, tools, certificates);
  }
}
