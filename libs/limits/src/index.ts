export { AcceptedTokens, type Holder } from './accepted-tokens';
export * from './limits.errors';
export * from './limits.module';
export { isUnlimitedPath, limitAddresses } from './limit-addresses';
export { RateLimiter } from './rate-limiter.service';
export { WaitingRoom } from './waiting-room';
