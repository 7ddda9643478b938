import type { ReviewPolicy } from './organization.entity';

/** What an organisation wants of those who decide on its credentials. */
export interface ReviewRules {
  reviewPolicy: ReviewPolicy;
  requiresFileOrOriginal: boolean;
  requiresShownFile: boolean;
}

/** The same as one JSON value, for the statement of the verification lib that has the organisation's id. */
export const reviewRulesSql = (organizationId: string) => `(
  select json_build_object('reviewPolicy', o.review_policy, 'requiresFileOrOriginal', o.requires_file_or_original,
                           'requiresShownFile', o.requires_shown_file)
  from organizations o where o.id = ${organizationId})`;

/** For the API's document. */
export const REVIEW_SETTINGS: Record<keyof ReviewRules, string> = {
  reviewPolicy:
    'Who may decide: never the owner; with `submitter` nobody either who recorded, edited or uploaded it; with `two_people` moreover two ' +
    'of those who may have to confirm it',
  requiresFileOrOriginal: 'Without a file it is verified only with the statement that the original was seen',
  requiresShownFile: 'A review desk verifies a file only once all its pages have been shown',
};
