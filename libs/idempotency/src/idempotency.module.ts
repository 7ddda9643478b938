import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Idempotency } from './idempotency.service';
import { StoredAnswer } from './stored-answer.entity';
import './personal-data';

/** Safe repetition of requests; routes ask for it with `@Idempotent()`, in whatever module they are. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([StoredAnswer])],
  providers: [Idempotency],
  exports: [Idempotency],
})
export class IdempotencyModule {}
