export * from './constraint';
export * from './database.module';
export * from './database-options';
export * from './embedded-postgres';
export { insideTransaction } from './joining-data-source';
export { insertRow } from './insert-row';
export * from './migrate';
export { RepeatedSelect } from './repeated-select';
export { roleOf, RuntimeRoleRefused } from './runtime-role';
