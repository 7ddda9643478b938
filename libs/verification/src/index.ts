export * from './verification.entity';
export * from './verification.module';
