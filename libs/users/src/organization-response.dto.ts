import { BooleanField, EnumField, InstantField, IntegerField, TextField, UuidField } from '#libs/common';
import {
  DUPLICATE_POLICIES,
  type DuplicatePolicy,
  type Language,
  LANGUAGES,
  type Organization,
  REVIEW_POLICIES,
  type ReviewPolicy,
} from './organization.entity';
import { REVIEW_SETTINGS } from './review-rules';

export class OrganizationResponse {
  @IntegerField({ example: 7 })
  id: number;

  @UuidField({ example: '0193a5c2-1111-7b1a-9c3d-2e8f6a4b1c0d' })
  uuid: string;

  @TextField({ maxLength: 200, example: 'Northern Crewing' })
  name: string;

  @TextField({ maxLength: 64, example: 'Europe/Oslo', description: 'IANA time zone; decides which day "today" is' })
  timeZone: string;

  @EnumField(LANGUAGES, { example: 'en' })
  language: Language;

  @IntegerField({ min: 1, max: 730, example: 90, description: 'Days before expiry that count as soon' })
  expiringSoonDays: number;

  @IntegerField({ example: 10_000_000_000, description: 'Upper bound for the sum of all files' })
  uploadQuotaBytes: number;

  @EnumField(DUPLICATE_POLICIES, {
    example: 'warn',
    description: 'What is done about a file that another credential has already: tell, or refuse it',
  })
  duplicatePolicy: DuplicatePolicy;

  @EnumField(REVIEW_POLICIES, { example: 'submitter', description: REVIEW_SETTINGS.reviewPolicy })
  reviewPolicy: ReviewPolicy;

  @BooleanField({
    example: true,
    description:
      'false where an upgrade has left `owner`, because a single person decides here: until an admin chooses',
  })
  isReviewPolicyChosen: boolean;

  @BooleanField({ example: true, description: REVIEW_SETTINGS.requiresFileOrOriginal })
  requiresFileOrOriginal: boolean;

  @BooleanField({ example: true, description: REVIEW_SETTINGS.requiresShownFile })
  requiresShownFile: boolean;

  @InstantField()
  createdAt: Date;

  @InstantField()
  updatedAt: Date;

  static from(organization: Organization): OrganizationResponse {
    return {
      id: organization.id,
      uuid: organization.uuid,
      name: organization.name,
      timeZone: organization.timeZone,
      language: organization.language,
      expiringSoonDays: organization.expiringSoonDays,
      uploadQuotaBytes: organization.uploadQuotaBytes,
      duplicatePolicy: organization.duplicatePolicy,
      reviewPolicy: organization.reviewPolicy,
      isReviewPolicyChosen: organization.isReviewPolicyChosen,
      requiresFileOrOriginal: organization.requiresFileOrOriginal,
      requiresShownFile: organization.requiresShownFile,
      createdAt: organization.createdAt,
      updatedAt: organization.updatedAt,
    };
  }

  static etag({ etag }: Organization): string {
    return etag;
  }
}
