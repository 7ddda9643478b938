export * from './identity-document.entity';
export * from './identity-documents.errors';
export * from './identity-documents.module';
