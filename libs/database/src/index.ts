export * from './constraint';
export * from './database.module';
export * from './database-options';
export * from './embedded-postgres';
export { insideTransaction } from './joining-data-source';
export * from './migrate';
export { roleOf, RuntimeRoleRefused } from './runtime-role';
