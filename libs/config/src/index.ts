export * from './config';
export * from './config.module';
export * from './environment';
export * from './load-environment';
export * from './secrets';
export * from './systemd';
export * from './version';
