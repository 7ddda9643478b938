export * from './audit-personal-value.entity';
export * from './audit-record.entity';
export * from './audit.module';
export * from './audit.service';
export { type Changes, changesOf, tellTrail } from './changes';
