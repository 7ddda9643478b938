import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AcceptedTokens } from './accepted-tokens';
import { RateCount } from './rate-count.entity';
import { RateLimitGuard } from './rate-limit.guard';
import { RateLimiter } from './rate-limiter.service';
import './personal-data';

/** How often somebody may ask. Its guard comes after those of the auth lib: it counts for whom they have let in. */
@Module({
  imports: [TypeOrmModule.forFeature([RateCount])],
  providers: [RateLimiter, AcceptedTokens, { provide: APP_GUARD, useClass: RateLimitGuard }],
  exports: [RateLimiter, AcceptedTokens],
})
export class LimitsModule {}
