import type { CORSRule, LifecycleRule } from '@aws-sdk/client-s3';
import { abortsMultipartUnder, expiresUnder, rulesThatRemove, withCorsRule, withLifecycleRule } from './s3-rules';

const FOREIGN_CORS: CORSRule = {
  ID: 'reports',
  AllowedOrigins: ['https://reports.example.org'],
  AllowedMethods: ['GET'],
};
const LOGS: LifecycleRule = { ID: 'logs', Status: 'Enabled', Filter: { Prefix: 'logs/' }, Expiration: { Days: 7 } };

describe('the rule for browsers', () => {
  it('is added to those of others, and replaced when it is set again', () => {
    const once = withCorsRule([FOREIGN_CORS], ['https://a.example.org']);
    const twice = withCorsRule(once, ['https://b.example.org']);
    expect(twice).toHaveLength(2);
    expect(twice[0]).toEqual(FOREIGN_CORS);
    expect(twice[1]?.AllowedOrigins).toEqual(['https://b.example.org']);
  });
});

describe('the rule for unfinished uploads', () => {
  it('is added to those of others, and replaced when it is set again', () => {
    const twice = withLifecycleRule(withLifecycleRule([LOGS], 'incoming/'), 'incoming/');
    expect(twice).toHaveLength(2);
    expect(twice[0]).toEqual(LOGS);
    expect(expiresUnder(twice, 'incoming/') && abortsMultipartUnder(twice, 'incoming/')).toBe(true);
    expect(rulesThatRemove(twice, 'files/')).toEqual([]);
  });

  it('brings old rules into the form of today, since the two are never mixed', () => {
    const old: LifecycleRule = { ID: 'old', Status: 'Enabled', Prefix: 'tmp/', Expiration: { Days: 1 } };
    const { Prefix: _, ...rest } = old;
    expect(withLifecycleRule([old], 'incoming/')[0]).toEqual({ ...rest, Filter: { Prefix: 'tmp/' } });
  });

  it.each<[string, LifecycleRule, boolean]>([
    ['of the whole bucket', { ...LOGS, Filter: { Prefix: '' } }, true],
    ['without a filter', { ID: 'a', Status: 'Enabled', Expiration: { Days: 1 } }, true],
    ['of another prefix', LOGS, false],
    ['of a narrower prefix', { ...LOGS, Filter: { Prefix: 'incoming/a' } }, false],
    ['that is switched off', { ...LOGS, Filter: { Prefix: 'incoming/' }, Status: 'Disabled' }, false],
    ['of some tag only', { ...LOGS, Filter: { And: { Prefix: 'incoming/', Tags: [] } } }, false],
  ])('may be one of others: a rule %s', (_, rule, counts) => {
    expect(expiresUnder([rule], 'incoming/')).toBe(counts);
  });

  it.each<[string, LifecycleRule, string[]]>([
    ['of the whole bucket', { ...LOGS, Filter: { Prefix: '' } }, ['logs']],
    ['of a part of the files', { ...LOGS, Filter: { Prefix: 'files/1/' } }, ['logs']],
    ['of something else', LOGS, []],
    ['that is switched off', { ...LOGS, Filter: { Prefix: '' }, Status: 'Disabled' }, []],
    ['that removes nothing', { ID: 'cold', Status: 'Enabled', Filter: { Prefix: '' }, Transitions: [] }, []],
    ['of some size only', { ...LOGS, Filter: { ObjectSizeGreaterThan: 1 } }, ['logs']],
    ['of a day', { ...LOGS, Filter: { Prefix: 'files/' }, Expiration: { Date: new Date('2030-01-01') } }, ['logs']],
  ])('tells a rule %s that would remove lasting files', (_, rule, names) => {
    expect(rulesThatRemove([rule], 'files/')).toEqual(names);
  });
});
