export type { Lock, Unlock } from './archive-encryption';
export { Backup } from './backup.entity';
export * from './backup';
export * from './last-backup';
export * from './move';
export * from './progress';
export * from './restore';
export * from './transfer.errors';
export * from './transfer.module';
