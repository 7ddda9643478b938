import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AccountsModule } from '#libs/accounts';
import { AuditModule } from '#libs/audit';
import { AuthModule, PermissionModule } from '#libs/auth';
import { CommonModule, ProblemFilter, RequestValidationPipe } from '#libs/common';
import { type Config, ConfigModule } from '#libs/config';
import { DatabaseModule } from '#libs/database';
import { FitnessModule } from '#libs/fitness';
import { IdempotencyModule } from '#libs/idempotency';
import { InvitationsModule } from '#libs/invitations';
import { InspectionModule } from '#libs/inspection';
import { JobsModule } from '#libs/jobs';
import { KindsModule } from '#libs/kinds';
import { LimitsModule } from '#libs/limits';
import { MaintenanceModule } from '#libs/maintenance';
import { ParticularsModule } from '#libs/particulars';
import { RequirementsModule } from '#libs/requirements';
import { SecondFactorModule } from '#libs/second-factor';
import { StorageModule } from '#libs/storage';
import { TelemetryModule } from '#libs/telemetry';
import { TransferModule } from '#libs/transfer';
import { UploadsModule } from '#libs/uploads';
import { UsersModule } from '#libs/users';
import { VerificationModule } from '#libs/verification';
import * as credentialKinds from './credential-kinds';
import { Departure } from './departure';
import { HealthChecks } from './health-checks';
import { HealthMetrics } from './health-metrics';
import { HealthController } from './health.controller';
import { SystemController } from './system/system.controller';
import { System } from './system/system.service';
import { VersionController } from './version.controller';

/** The whole product but for its doors; the worker runs the same. */
export function libraries(config: Config): (DynamicModule | Type)[] {
  return [
    ConfigModule.forRoot(config),
    TelemetryModule.forRoot(config),
    CommonModule,
    DatabaseModule,
    AuthModule,
    MaintenanceModule,
    JobsModule,
    AuditModule,
    IdempotencyModule,
    UsersModule,
    AccountsModule,
    InvitationsModule,
    SecondFactorModule,
    StorageModule.forRoot(config),
    InspectionModule.forRoot(config),
    UploadsModule,
    ParticularsModule,
    KindsModule,
    VerificationModule,
    TransferModule,
    ...Object.values(credentialKinds),
    RequirementsModule,
    FitnessModule,
    // Guards run in this order: who is it, how often do they come, may they?
    LimitsModule,
    PermissionModule,
  ];
}

/** The product with its HTTP door: what the libs' controllers need around them, and health. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: libraries(config),
      controllers: [HealthController, SystemController, VersionController],
      providers: [
        Departure,
        HealthChecks,
        HealthMetrics,
        System,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
      ],
    };
  }
}
