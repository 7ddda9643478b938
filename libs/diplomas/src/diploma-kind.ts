import { defineCredentialKind } from '#libs/credentials';
import { notSubmitted } from '#libs/verification';
import { diplomaHasNoFile, diplomaNotFound } from './diplomas.errors';

const SHOWN = ['title_id', 'obtained_at', 'obtained_day'];

/** Diplomas of contract D, as reviewers and whatever reads across kinds meet them. */
export const DIPLOMA = defineCredentialKind({
  name: 'diploma',
  plural: 'diplomas',
  noun: 'a diploma',
  exampleId: '0193a1f4-9e31-7a5d-b6c2-8f7e6d5c4b3a',
  tag: 'Verification',
  errors: { notFound: diplomaNotFound, hasNoFile: diplomaHasNoFile, ofDecisions: [notSubmitted] },
  keyColumn: 'uuid',
  columns: { listed: SHOWN, searched: ['title_id'], exported: SHOWN, erased: ['obtained_at', 'obtained_day'] },
  impersonal: ['titleId', 'titleName', 'obtainedAt', 'obtainedDay'],
  alsoRead: ['title:read'],
});
