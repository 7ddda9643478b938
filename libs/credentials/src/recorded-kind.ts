import { type CredentialPermission, permitRegister } from '#libs/auth';
import type { CalendarDate } from '#libs/common';
import type { Upload } from '#libs/uploads';
import type { Verification } from '#libs/verification';
import {
  type CredentialKind,
  type CredentialKindDescription,
  defineCredentialKind,
  resourceOf,
} from './credential-kind';

/** A credential all of whose fields come with the request that records it, the file by the id of an upload. */
export interface RecordedCredential {
  id: string;
  organizationId: number;
  userUuid: string;
  issueDate: CalendarDate | null;
  expiryDate: CalendarDate | null;
  uploadId: string | null;
  /** Of the file only what a credential is shown with. */
  upload: Pick<Upload, 'status'> | null;
  uploadedByUserUuid: string;
  verificationId: string;
  verification: Verification;
  deletedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Names of the fields of T. */
export type FieldOf<T> = keyof T & string;

/** What a request may set of one. */
export type Given<T> = { [F in keyof T]?: T[F] | null };

/** What a lib says of a kind of such credentials. */
export interface RecordedKindDescription<T extends RecordedCredential> extends CredentialKindDescription {
  entity: new () => T;
  /** Says which of a fixed list of words it is; set once. It is what the queue shows. */
  typeField: FieldOf<T>;
  typeColumn: string;
  types: readonly string[];
  /** What a reviewer vouches for besides, with the file: a change sends the credential back to review. */
  reviewedFields: readonly FieldOf<T>[];
  /** What nobody reviews. */
  otherFields: readonly FieldOf<T>[];
  /** Where one can take the place of another: the condition that this has happened to a row of the table, by its alias. */
  replacedSql?: (alias: string) => string;
}

export interface RecordedKind<T extends RecordedCredential> extends RecordedKindDescription<T>, CredentialKind {
  /** To list those of the whole organisation, for staff. */
  listPermission: CredentialPermission;
}

/** `defineCredentialKind` for one of these. */
export function defineRecordedKind<T extends RecordedCredential>(
  description: RecordedKindDescription<T>,
): RecordedKind<T> {
  const listPermission = permitRegister(resourceOf(description.name));
  const alsoRead = [listPermission, ...(description.alsoRead ?? [])];
  return Object.assign(defineCredentialKind({ ...description, alsoRead }), { listPermission });
}
