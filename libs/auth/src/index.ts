export * from './actor';
export * from './auth.errors';
export * from './auth.module';
export * from './decorators';
export * from './permissions';
export { Tokens, type TokenSet } from './tokens';
