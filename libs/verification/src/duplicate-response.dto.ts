import { EnumField, type Reader, UuidField } from '#libs/common';
import { CONTRACT_TARGET_TYPES, readPermissionOf, targetTypes } from './target-types';
import type { Verification } from './verification.entity';

/** Whose it is need not be known where staff alone are told. */
type Duplicate = Pick<Verification, 'duplicateTargetType' | 'duplicateTargetId'> &
  Partial<Pick<Verification, 'duplicateUserUuid'>>;

const NOT_YOURS = { nullable: true, description: 'null when it is not yours to see' };

/** Another credential with the same file. Of somebody else's a crew member is told only that there is one. */
export class DuplicateResponse {
  @EnumField(CONTRACT_TARGET_TYPES, { ...NOT_YOURS, example: 'certificate' })
  targetType: string | null;

  @UuidField({ nullable: true, example: '01938e7b-1f10-7c7e-8d1a-3a1b8f0f7a22' })
  targetId: string | null;
}

/** The same where credentials are told of that contract C does not know. */
export class AnyDuplicateResponse extends DuplicateResponse {}
EnumField(targetTypes, { ...NOT_YOURS, example: 'certificate' })(AnyDuplicateResponse.prototype, 'targetType');

/** The credential whose file was sent in again, as the reader may know it, and an API key only if it may read its kind; null when there was none. */
export function duplicateOf(
  { duplicateTargetType, duplicateTargetId, duplicateUserUuid }: Duplicate,
  reader: Reader | null,
): DuplicateResponse | null {
  if (duplicateTargetId === null || duplicateTargetType === null) return null;
  const read = readPermissionOf(duplicateTargetType);
  const isVisible =
    reader !== null &&
    (reader.isStaff || reader.userUuid === duplicateUserUuid) &&
    read !== undefined &&
    reader.may(read);
  return isVisible
    ? { targetType: duplicateTargetType, targetId: duplicateTargetId }
    : { targetType: null, targetId: null };
}
