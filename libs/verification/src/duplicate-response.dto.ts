import { EnumField, type Reader, UuidField } from '#libs/common';
import { CONTRACT_TARGET_TYPES, targetTypes } from './target-types';
import type { Verification } from './verification.entity';

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

/** The credential whose file was sent in again, as the reader may know it; null when there was none. */
export function duplicateOf(
  { duplicateTargetType, duplicateTargetId, duplicateUserUuid }: Verification,
  reader: Reader | null,
): DuplicateResponse | null {
  if (duplicateTargetId === null) return null;
  const isVisible = reader !== null && (reader.isStaff || reader.userUuid === duplicateUserUuid);
  return isVisible
    ? { targetType: duplicateTargetType, targetId: duplicateTargetId }
    : { targetType: null, targetId: null };
}
