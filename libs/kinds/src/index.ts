export { CATALOGUE, CATALOGUE_KINDS } from './catalogue/catalogue';
export { catalogueId, nameBasedUuid } from './catalogue/ids';
export * from './kind-definition';
export { KindVersion } from './kind-version.entity';
export { kindOfIdentityDocument, kindUnknown } from './kinds.errors';
export * from './kinds.module';
export { kindChangesSql, Kinds } from './kinds.service';
export * from './line';
export * from './validity-of-line';
