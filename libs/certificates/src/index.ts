export * from './certificate.entity';
export * from './certificates.errors';
export * from './certificates.module';
export { submissionOf } from './certificates.service';
