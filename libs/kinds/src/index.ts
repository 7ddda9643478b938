export { CATALOGUE, CATALOGUE_KINDS } from './catalogue/catalogue';
export { catalogueId } from './catalogue/ids';
export * from './kind-definition';
export * from './validity-of-line';
