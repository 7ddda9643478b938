export * from './certificate.entity';
export * from './certificates.errors';
export * from './certificates.module';
export { CERTIFICATE } from './certificate-kind';
