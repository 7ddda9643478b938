export * from './diplomas.module';
