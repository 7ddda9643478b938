export * from './diploma.entity';
export * from './diplomas.errors';
export * from './diplomas.module';
export { submissionOf } from './diploma-submission';
export * from './title.entity';
