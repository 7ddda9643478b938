import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import {
  BooleanField,
  EnumField,
  type FieldOptions,
  ForbiddenFields,
  IntegerField,
  isTimeZone,
  TextField,
} from '#libs/common';
import {
  DUPLICATE_POLICIES,
  type DuplicatePolicy,
  LANGUAGES,
  type Language,
  REVIEW_POLICIES,
  type ReviewPolicy,
} from './organization.entity';
import { REVIEW_SETTINGS } from './review-rules';

const MAX_QUOTA_BYTES = 1_000_000_000_000_000;

function TimeZoneField(options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    TextField({ maxLength: 64, form: 'exact', ...options }),
    ValidateBy(
      { name: 'isTimeZone', validator: { validate: (value) => typeof value === 'string' && isTimeZone(value) } },
      { message: 'must be a name of the IANA time zone database' },
    ),
  );
}

@ForbiddenFields('id', 'uuid')
export class UpdateOrganizationDto {
  @TextField({ minLength: 1, maxLength: 200, optional: true, example: 'Northern Crewing' })
  name?: string;

  @TimeZoneField({ optional: true, example: 'Europe/Oslo', description: 'Decides which day "today" is' })
  timeZone?: string;

  @EnumField(LANGUAGES, { optional: true, example: 'en' })
  language?: Language;

  @IntegerField({ min: 1, max: 730, optional: true, example: 90, description: 'Days before expiry that count as soon' })
  expiringSoonDays?: number;

  @IntegerField({ min: 0, max: MAX_QUOTA_BYTES, optional: true, example: 10_000_000_000 })
  uploadQuotaBytes?: number;

  @EnumField(DUPLICATE_POLICIES, {
    optional: true,
    example: 'refuse',
    description: 'What is done about a file that another credential has already: tell, or refuse it',
  })
  duplicatePolicy?: DuplicatePolicy;

  @EnumField(REVIEW_POLICIES, { optional: true, example: 'submitter', description: REVIEW_SETTINGS.reviewPolicy })
  reviewPolicy?: ReviewPolicy;

  @BooleanField({ optional: true, example: true, description: REVIEW_SETTINGS.requiresFileOrOriginal })
  requiresFileOrOriginal?: boolean;

  @BooleanField({ optional: true, example: true, description: REVIEW_SETTINGS.requiresShownFile })
  requiresShownFile?: boolean;
}
