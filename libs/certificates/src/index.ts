export * from './certificates.module';
