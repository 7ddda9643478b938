import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StorageModule } from '#libs/storage';
import { VerificationModule } from '#libs/verification';
import { CertificateRegister } from './certificate-register.service';
import { CertificateReviews } from './certificate-reviews.service';
import { Certificate } from './certificate.entity';
import { CertificatesController } from './certificates.controller';
import { Certificates } from './certificates.service';
import { OverviewController } from './overview.controller';
import { Overviews } from './overviews.service';

@Module({
  imports: [TypeOrmModule.forFeature([Certificate]), StorageModule, VerificationModule],
  controllers: [CertificatesController, OverviewController],
  providers: [Certificates, CertificateReviews, CertificateRegister, Overviews],
})
export class CertificatesModule {}
