import { type CalendarDate, DateField, TextField } from '#libs/common';

/** That the issuer or the office does not let a certificate count, from one day to another. Not reviewed: staff say it. */
export class SuspensionDto {
  @DateField({ example: '2026-11-01' })
  from: CalendarDate;

  @DateField({ optional: true, nullable: true, description: 'The last day; null: until it is lifted', example: null })
  until?: CalendarDate | null;

  @TextField({
    minLength: 1,
    maxLength: 1000,
    form: 'prose',
    example: 'Withdrawn by the administration pending an inquiry',
  })
  reason: string;
}

export class SuspensionResponse {
  @DateField({ example: '2026-11-01' })
  from: string;

  @DateField({ nullable: true, description: 'The last day; null: until it is lifted', example: null })
  until: string | null;

  @TextField({ maxLength: 1000, example: 'Withdrawn by the administration pending an inquiry' })
  reason: string;
}
