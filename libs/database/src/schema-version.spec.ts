import { distanceOf, minorOf } from './schema-version';

describe('a schema and a program', () => {
  it.each([
    ['0.1', '0.1', 'same'],
    ['0.1', '0.2', 'older'],
    ['0.9', '1.0', 'older'],
    ['0.2', '0.1', 'one newer'],
    ['0.10', '0.9', 'one newer'],
    ['1.0', '0.9', 'one newer'],
    ['0.3', '0.1', 'other'],
    ['1.1', '0.9', 'other'],
    ['2.0', '0.9', 'other'],
  ])('of %s and %s: the schema is %s', (schema, program, distance) =>
    expect(distanceOf(schema, program)).toBe(distance),
  );

  it('are compared without the patch', () => expect(minorOf('0.1.17')).toBe('0.1'));
});
