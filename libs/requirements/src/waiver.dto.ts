import { type CalendarDate, DateField, InstantField, TextField, UuidField } from '#libs/common';
import { SHIPPED_LAYERS } from './shipped/shipped';
import type { StoredWaiver } from './waiver.entity';

const SET_ID = SHIPPED_LAYERS[0]?.id;

/** Leave to go without one requirement. */
export class WaiverDto {
  @UuidField({ example: SET_ID })
  requirementSetId: string;

  @TextField({ minLength: 2, maxLength: 60, form: 'exact', example: 'seamans-book' })
  requirementCode: string;

  @DateField({ example: '2026-12-01' })
  startsOn: CalendarDate;

  @DateField({
    description: 'The last day; not in the past, and at most two years after the first',
    example: '2026-12-31',
  })
  endsOn: CalendarDate;

  @TextField({ minLength: 1, maxLength: 1000, pattern: /\S/, form: 'prose', example: 'New book applied for in Manila' })
  reason: string;

  @UuidField({
    optional: true,
    nullable: true,
    description:
      "The person's verified dispensation (kind FL-DISP), without which nothing is waived that a convention or flag asks for",
    example: null,
  })
  dispensationId?: string | null;
}

export class WaiverResponse {
  @UuidField({ example: '0193a5c2-7777-7b1a-9c3d-2e8f6a4b1c0d' })
  id: string;

  @UuidField({ description: 'Whose it is', example: '0193a1f0-5b7c-7c1e-9d55-3f0a8f1c2b7e' })
  userId: string;

  @UuidField({ example: SET_ID })
  requirementSetId: string;

  @TextField({ maxLength: 60, example: 'seamans-book' })
  requirementCode: string;

  @DateField({ example: '2026-12-01' })
  startsOn: string;

  @DateField({ example: '2026-12-31' })
  endsOn: string;

  @TextField({ maxLength: 1000, example: 'New book applied for in Manila' })
  reason: string;

  @UuidField({ nullable: true, example: null })
  dispensationId: string | null;

  @UuidField({ description: 'Who gave it', example: '0193a1f0-6a11-7d1f-8b61-0c6b7d1f9a10' })
  createdByUserId: string;

  @InstantField()
  createdAt: string;

  @UuidField({ nullable: true, example: null })
  revokedByUserId: string | null;

  @InstantField({ nullable: true, example: null })
  revokedAt: string | null;

  static from(waiver: StoredWaiver): WaiverResponse {
    return {
      id: waiver.id,
      userId: waiver.userUuid,
      requirementSetId: waiver.setId,
      requirementCode: waiver.requirementCode,
      startsOn: waiver.startsOn,
      endsOn: waiver.endsOn,
      reason: waiver.reason,
      dispensationId: waiver.dispensationId,
      createdByUserId: waiver.createdByUserUuid,
      createdAt: waiver.createdAt.toISOString(),
      revokedByUserId: waiver.revokedByUserUuid,
      revokedAt: waiver.revokedAt?.toISOString() ?? null,
    };
  }
}
