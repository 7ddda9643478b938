import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { IdempotencyInterceptor } from './idempotency.interceptor';
import { Idempotency } from './idempotency.service';
import { StoredAnswer } from './stored-answer.entity';

/** Safe repetition of requests; routes ask for it with `@Idempotent()`. */
@Module({
  imports: [TypeOrmModule.forFeature([StoredAnswer])],
  providers: [Idempotency, { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor }],
})
export class IdempotencyModule {}
