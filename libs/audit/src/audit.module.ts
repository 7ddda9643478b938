import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessTrail, RefusalTrail } from '#libs/auth';
import { AuditList } from './audit-list.service';
import { AuditPersonalValue } from './audit-personal-value.entity';
import { AuditRecord } from './audit-record.entity';
import { AuditController } from './audit.controller';
import { Audit } from './audit.service';
import { Refusals } from './refusals.service';
import './personal-data';

/** Global, because every feature leaves a trail. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([AuditRecord, AuditPersonalValue])],
  controllers: [AuditController],
  providers: [
    Audit,
    AuditList,
    { provide: AccessTrail, useExisting: Audit },
    { provide: RefusalTrail, useClass: Refusals },
  ],
  exports: [Audit, AccessTrail, RefusalTrail],
})
export class AuditModule {}
