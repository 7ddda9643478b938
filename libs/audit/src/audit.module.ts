import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTrail } from '#libs/auth';
import { AuditRecord } from './audit-record.entity';
import { Audit } from './audit.service';

/** Global, because every feature leaves a trail. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditRecord])],
  providers: [Audit, { provide: AccessTrail, useExisting: Audit }],
  exports: [Audit, AccessTrail],
})
export class AuditModule {}
