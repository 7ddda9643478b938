import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { credentialRoutes, CredentialsModule } from '#libs/credentials';
import { KindsModule } from '#libs/kinds';
import { CERTIFICATE } from './certificate-kind';
import { Certificate } from './certificate.entity';
import { CertificatesController } from './certificates.controller';
import { CertificateRegister, Certificates } from './certificates.service';
import { OverviewController } from './overview.controller';
import { Overviews } from './overviews.service';

@Module({
  imports: [TypeOrmModule.forFeature([Certificate]), CredentialsModule, KindsModule],
  controllers: [CertificatesController, credentialRoutes(CERTIFICATE, Certificates), OverviewController],
  providers: [Certificates, CertificateRegister, Overviews],
})
export class CertificatesModule {}
