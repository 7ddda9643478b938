import { answer, api, change } from '../api/client';
import type { CertificateType } from '../ui/labels';
import { startOfDay } from './days';
import type { FieldName, PaperValues } from './paper-values';
import type { Owner, Paper } from './papers';

/** @throws ApiProblem */
export async function createCertificate(owner: Owner, values: PaperValues, key: string): Promise<void> {
  const { certificateType, ...fields } = certificateFields(values);
  const body = { certificateType: certificateType as CertificateType, ...fields };
  const params = { path: { user_id: owner.uuid }, header: change(key) };
  await answer(api.POST('/api/v1/crew/users/{user_id}/certificates', { params, body }));
}

/** @throws ApiProblem */
export async function createDiploma(
  owner: Owner,
  values: PaperValues,
  key: string,
  timeZone: string | undefined,
): Promise<void> {
  const body = {
    titleId: Number(values.titleId),
    ...(values.obtained ? { obtainedAt: startOfDay(timeZone, values.obtained) } : {}),
    ...(values.uploadId ? { uploadId: values.uploadId } : {}),
  };
  const params = { path: { userId: owner.userId }, header: change(key) };
  await answer(api.POST('/users-organizations/v1/rs/users/{userId}/diplomas', { params, body }));
}

/** Sends the changed fields only, on the condition that the paper is still what was read. @throws ApiProblem */
export async function updatePaper(
  owner: Owner,
  paper: Paper,
  values: PaperValues,
  changed: readonly FieldName[],
  etag: string | undefined,
  timeZone: string | undefined,
): Promise<void> {
  const header = etag ? { 'If-Match': etag } : {};
  if (paper.kind === 'certificate') {
    const all = certificateFields(values);
    const body = Object.fromEntries(changed.map((field) => [field, all[field as keyof typeof all]]));
    const params = { path: { certificate_id: paper.id }, header };
    await answer(api.PATCH('/api/v1/crew/certificates/{certificate_id}', { params, body }));
    return;
  }
  const body = {
    ...(changed.includes('titleId') ? { titleId: Number(values.titleId) } : {}),
    ...(changed.includes('obtained')
      ? { obtainedAt: values.obtained ? startOfDay(timeZone, values.obtained) : null }
      : {}),
    ...(changed.includes('uploadId') ? { uploadId: values.uploadId || null } : {}),
  };
  const params = { path: { userId: owner.userId, diplomaId: paper.source.diplomaId }, header };
  await answer(api.PATCH('/users-organizations/v1/rs/users/{userId}/diplomas/{diplomaId}', { params, body }));
}

/** Empty is null on the wire. */
function certificateFields(values: PaperValues) {
  const { certificateType, certificateNumber, issuingAuthority, issueDate, expiryDate, notes, uploadId } = values;
  return {
    certificateType,
    certificateNumber: certificateNumber.trim() || null,
    issuingAuthority: issuingAuthority.trim() || null,
    issueDate: issueDate || null,
    expiryDate: expiryDate || null,
    notes: notes.trim() || null,
    uploadId: uploadId || null,
  };
}
