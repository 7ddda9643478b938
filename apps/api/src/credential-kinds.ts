/**
 * The kinds of credentials that the product has. Another one is a line here and its place in test/architecture/lib-order.json; all else its
 * own lib says (`defineCredentialKind`).
 */
export { DiplomasModule } from '#libs/diplomas';
export { CertificatesModule } from '#libs/certificates';
export { IdentityDocumentsModule } from '#libs/identity-documents';
