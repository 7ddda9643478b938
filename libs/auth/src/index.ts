export { AccessTrail } from './access-trail';
export * from './actor';
export * from './auth.errors';
export * from './auth.module';
export * from './decorators';
export * from './permissions';
export { type RotationKind, SigningKeys } from './signing-keys.service';
export { Tokens, type TokenSet } from './tokens';
