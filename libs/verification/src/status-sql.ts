/** The review state of one credential, for a statement that has its verification's id. */
export function statusSql(verificationId: string): string {
  return `(select v.status from verifications v where v.id = ${verificationId})`;
}
