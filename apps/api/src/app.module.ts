import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AuditModule } from '#libs/audit';
import { AuthModule } from '#libs/auth';
import { CertificatesModule } from '#libs/certificates';
import { CommonModule, ProblemFilter, RequestValidationPipe } from '#libs/common';
import { type Config, ConfigModule } from '#libs/config';
import { DatabaseModule } from '#libs/database';
import { DiplomasModule } from '#libs/diplomas';
import { JobsModule } from '#libs/jobs';
import { StorageModule } from '#libs/storage';
import { UsersModule } from '#libs/users';
import { VerificationModule } from '#libs/verification';
import { HealthController } from './health.controller';

/** The whole product. The worker is the same module graph without an HTTP listener. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(config),
        CommonModule,
        DatabaseModule,
        AuthModule,
        JobsModule,
        AuditModule,
        UsersModule,
        StorageModule,
        VerificationModule,
        DiplomasModule,
        CertificatesModule,
      ],
      controllers: [HealthController],
      providers: [
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
      ],
    };
  }
}
