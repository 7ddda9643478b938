import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { StorageModule } from '#libs/storage';
import { VerificationModule } from '#libs/verification';
import { CertificateReviews } from './certificate-reviews.service';
import { Certificate } from './certificate.entity';
import { CertificatesController } from './certificates.controller';
import { Certificates } from './certificates.service';

@Module({
  imports: [TypeOrmModule.forFeature([Certificate]), StorageModule, VerificationModule],
  controllers: [CertificatesController],
  providers: [Certificates, CertificateReviews],
})
export class CertificatesModule {}
