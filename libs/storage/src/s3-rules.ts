import type { CORSRule, LifecycleRule } from '@aws-sdk/client-s3';

/** Marks the rules that are ours to replace; all others stay as they are. */
const CORS_ID = 'credence';
const LIFECYCLE_ID = 'credence-incoming';

/** Longer than any upload may take (UPLOAD_URL_MINUTES), with a day to spare. */
const INCOMING_DAYS = 2;

/** The bucket's rules with ours: pages of these origins may send and fetch files. */
export function withCorsRule(rules: CORSRule[], origins: string[]): CORSRule[] {
  const ours: CORSRule = {
    ID: CORS_ID,
    AllowedOrigins: origins,
    AllowedMethods: ['POST', 'GET', 'HEAD'],
    AllowedHeaders: ['*'],
    ExposeHeaders: ['ETag', 'Content-Length', 'Content-Range', 'Content-Disposition'],
    MaxAgeSeconds: 3600,
  };
  return [...rules.filter(({ ID }) => ID !== CORS_ID), ours];
}

/** The bucket's rules with ours: what arrived and was never taken over goes after a while, and so do halves of uploads. */
export function withLifecycleRule(rules: LifecycleRule[], incoming: string): LifecycleRule[] {
  const ours: LifecycleRule = {
    ID: LIFECYCLE_ID,
    Status: 'Enabled',
    Filter: { Prefix: incoming },
    Expiration: { Days: INCOMING_DAYS },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: INCOMING_DAYS },
  };
  return [...rules.filter(({ ID }) => ID !== LIFECYCLE_ID).map(inTodaysForm), ours];
}

export function expiresUnder(rules: LifecycleRule[], prefix: string): boolean {
  return rules.some((rule) => rule.Expiration?.Days !== undefined && appliesToAll(rule, prefix));
}

export function abortsMultipartUnder(rules: LifecycleRule[], prefix: string): boolean {
  return rules.some(
    (rule) => rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation !== undefined && appliesToAll(rule, prefix),
  );
}

/** Names of the rules that would remove something below the prefix, even if only some of it. */
export function rulesThatRemove(rules: LifecycleRule[], prefix: string): string[] {
  return rules
    .filter(({ Status, Expiration }) => Status === 'Enabled' && (Expiration?.Days ?? Expiration?.Date) !== undefined)
    .filter((rule) => prefixOf(rule).startsWith(prefix) || prefix.startsWith(prefixOf(rule)))
    .map(({ ID }) => ID ?? 'without a name');
}

/** Rules with conditions do not count: our objects carry no tags and have any size. */
function appliesToAll(rule: LifecycleRule, prefix: string): boolean {
  const { Tag, And, ObjectSizeGreaterThan, ObjectSizeLessThan } = rule.Filter ?? {};
  const isConditional = [Tag, And?.Tags, ObjectSizeGreaterThan, ObjectSizeLessThan].some((each) => each !== undefined);
  return rule.Status === 'Enabled' && !isConditional && prefix.startsWith(prefixOf(rule));
}

function prefixOf(rule: LifecycleRule): string {
  return rule.Filter?.Prefix ?? rule.Filter?.And?.Prefix ?? rule.Prefix ?? '';
}

/** Old rules keep their prefix elsewhere, and S3 refuses a configuration in which old and new ones are mixed. */
function inTodaysForm(rule: LifecycleRule): LifecycleRule {
  if (rule.Prefix === undefined || rule.Filter) return rule;
  const { Prefix, ...rest } = rule;
  return { ...rest, Filter: { Prefix } };
}
