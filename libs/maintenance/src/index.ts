export * from './maintenance-switch';
export * from './maintenance-watch';
export * from './maintenance.module';
