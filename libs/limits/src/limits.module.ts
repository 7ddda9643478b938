import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AcceptedTokens } from './accepted-tokens';
import { RateCount } from './rate-count.entity';
import { RateLimitGuard } from './rate-limit.guard';
import { RateLimiter } from './rate-limiter.service';
import { WaitingRoom } from './waiting-room';
import './personal-data';

/** How often somebody may ask. Its guard comes after those of the auth lib: it counts for whom they have let in. Global, because whatever has to wait does it in its waiting room. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([RateCount])],
  providers: [RateLimiter, AcceptedTokens, WaitingRoom, { provide: APP_GUARD, useClass: RateLimitGuard }],
  exports: [RateLimiter, AcceptedTokens, WaitingRoom],
})
export class LimitsModule {}
