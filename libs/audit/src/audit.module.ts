import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTrail } from '#libs/auth';
import { AuditList } from './audit-list.service';
import { AuditPersonalValue } from './audit-personal-value.entity';
import { AuditRecord } from './audit-record.entity';
import { AuditController } from './audit.controller';
import { Audit } from './audit.service';

/** Global, because every feature leaves a trail. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditRecord, AuditPersonalValue])],
  controllers: [AuditController],
  providers: [Audit, AuditList, { provide: AccessTrail, useExisting: Audit }],
  exports: [Audit, AccessTrail],
})
export class AuditModule {}
