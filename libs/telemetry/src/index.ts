export * from './telemetry';
export * from './telemetry.module';
export { timed } from './timed';
