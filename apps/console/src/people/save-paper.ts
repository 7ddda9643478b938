import { answer, api, change, type Schemas } from '../api/client';
import type { FieldName } from './fields';
import type { Owner } from './owner';
import type { PaperValues } from './paper-values';

/** How papers of a kind are written. Each throws ApiProblem. */
export interface Writing<S> {
  create(owner: Owner, values: PaperValues, key: string): Promise<void>;
  /** Sends the changed fields only, on the condition that the paper is still what was read. */
  update(owner: Owner, paper: { id: string; source: S }, change: Change): Promise<void>;
  /** If it is still the one that was read with this tag. */
  remove(owner: Owner, paper: { id: string; source: S }, etag: string | undefined): Promise<void>;
}

export interface Change {
  values: PaperValues;
  fields: readonly FieldName[];
  etag: string | undefined;
}

interface Doors {
  list: '/api/v1/crew/users/{user_id}/certificates' | '/api/v1/crew/users/{user_id}/identity-documents';
  one: '/api/v1/crew/certificates/{certificate_id}' | '/api/v1/crew/identity-documents/{identity_document_id}';
}

type Created = Schemas['CreateCertificateDto'] & Schemas['CreateIdentityDocumentDto'];

/** Papers whose fields are called on the wire as in the form. */
export function recorded({ list, one }: Doors, fields: readonly FieldName[]): Writing<unknown> {
  return {
    create: async (owner, values, key) => {
      const params = { path: { user_id: owner.uuid }, header: change(key) };
      await answer(api.POST(list, { params, body: bodyOf(values, fields) as Created }));
    },
    update: async (_, { id }, { values, fields: changed, etag }) => {
      const params = { path: pathOf(id), header: ifMatch(etag) };
      await answer(api.PATCH(one, { params, body: bodyOf(values, changed) }));
    },
    remove: async (_, { id }, etag) => {
      await answer(api.DELETE(one, { params: { path: pathOf(id), header: ifMatch(etag) } }));
    },
  };
}

/** Diplomas are written over contract D, which knows them by a number and their day as an instant that is written with it. */
export const diplomas: Writing<Schemas['ReviewedDiplomaResponse']> = {
  create: async (owner, { titleId, obtained, uploadId }, key) => {
    const body = {
      titleId: Number(titleId),
      ...(obtained ? { obtainedAt: beginningOf(obtained) } : {}),
      ...(uploadId ? { uploadId } : {}),
    };
    const params = { path: { userId: owner.userId }, header: change(key) };
    await answer(api.POST('/users-organizations/v1/rs/users/{userId}/diplomas', { params, body }));
  },
  update: async (owner, { source }, { values, fields, etag }) => {
    const { titleId, obtained, uploadId } = values;
    const body = {
      ...(fields.includes('titleId') ? { titleId: Number(titleId) } : {}),
      ...(fields.includes('obtained') ? { obtainedAt: obtained ? beginningOf(obtained) : null } : {}),
      ...(fields.includes('uploadId') ? { uploadId: uploadId || null } : {}),
    };
    const params = { path: { userId: owner.userId, diplomaId: source.diplomaId }, header: ifMatch(etag) };
    await answer(api.PATCH('/users-organizations/v1/rs/users/{userId}/diplomas/{diplomaId}', { params, body }));
  },
  remove: async (owner, { source }, etag) => {
    const params = { path: { userId: owner.userId, diplomaId: source.diplomaId }, header: ifMatch(etag) };
    await answer(api.DELETE('/users-organizations/v1/rs/users/{userId}/diplomas/{diplomaId}', { params }));
  },
};

/** For the address of any kind: of each the parameter that it knows; the others are in no address. */
export const pathOf = (id: string) => ({ certificate_id: id, diploma_id: id, identity_document_id: id });

const beginningOf = (day: string) => `${day}T00:00:00Z`;

const ifMatch = (etag: string | undefined) => (etag ? { 'If-Match': etag } : {});

/** Empty is null on the wire. */
function bodyOf(values: PaperValues, fields: readonly FieldName[]): Partial<Record<FieldName, string | null>> {
  return Object.fromEntries(fields.map((field) => [field, values[field].trim() || null]));
}
