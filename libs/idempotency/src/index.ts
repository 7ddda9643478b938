export * from './idempotency.errors';
export * from './idempotency.module';
export * from './idempotent';
