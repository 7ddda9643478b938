import { ValidationPipe } from '@nestjs/common';
import {
  BooleanQuery,
  DateField,
  EmailField,
  EnumField,
  EnumListField,
  IntegerField,
  IntegerQuery,
  ObjectField,
  RepeatableEnumQuery,
  TextField,
  UuidField,
} from './fields';
import { quickCheck } from './quick-check';
import { RequestValidationPipe } from './validation.pipe';

const ID = '0193a1f1-7d20-7b43-b0c8-52e4c1a9d3f0';

abstract class Paged {
  @IntegerQuery({ min: 1, max: 10 })
  limit: number = 10;

  @BooleanQuery({})
  count: boolean = false;
}

class Query extends Paged {
  @RepeatableEnumQuery(['a', 'b'], {})
  extend: string[] = [];

  @EnumField(['x', 'y'], { optional: true })
  kind?: string;

  @UuidField({ optional: true })
  id?: string;
}

class Part {
  @TextField({ maxLength: 3 })
  name: string;
}

class Body {
  @TextField({ minLength: 1, maxLength: 5, pattern: /\S/ })
  text: string;

  @TextField({ maxLength: 5, optional: true, nullable: true })
  note?: string | null;

  @IntegerField({ min: 0, optional: true })
  number?: number;

  @DateField({ optional: true, nullable: true })
  day?: string | null;

  @EmailField({ maxLength: 20, optional: true })
  email?: string;

  @EnumListField(['a', 'b'], { optional: true })
  list?: string[];

  @ObjectField(() => Part, { optional: true, nullable: true })
  part?: Part | null;
}

class Bare {}

/** The way of the base class, without the quick one. */
const thorough = async (type: new () => object, value: unknown): Promise<unknown> => {
  const pipe = new RequestValidationPipe();
  const transform = ValidationPipe.prototype.transform.bind(pipe);
  return transform(structuredClone(value), { type: 'body', metatype: type }).catch(() => 'refused');
};

const parsed = (text: string): unknown => JSON.parse(text);

const CASES: [string, new () => object, unknown][] = [
  ...[
    {},
    { limit: '5' },
    { limit: '11' },
    { limit: 'five' },
    { limit: ['1', '2'] },
    { count: 'true', extend: 'a' },
    { count: 'yes' },
    { extend: ['a', 'b'] },
    { extend: ['a', 'c'] },
    { extend: ['a', 'b', 'a'] },
    { kind: 'x', id: ID },
    { kind: 'z' },
    { id: 'no' },
    { other: 'x' },
  ].map((value): [string, new () => object, unknown] => [JSON.stringify(value), Query, value]),
  ...[
    {},
    { text: 'abc' },
    { text: '' },
    { text: '   ' },
    { text: 'abcdef' },
    { text: 'a\u0000' },
    { text: 7 },
    { text: null },
    { text: ['abc'] },
    { text: 'abc', note: null, day: null, part: null },
    { text: 'abc', note: { length: 1 } },
    { text: 'abc', number: 1, day: '2024-02-29', email: 'a@example.org', list: ['b'] },
    { text: 'abc', number: -1 },
    { text: 'abc', number: 1.5 },
    { text: 'abc', number: null },
    { text: 'abc', day: '2023-02-29' },
    { text: 'abc', email: 'nobody' },
    { text: 'abc', list: 'a' },
    { text: 'abc', list: [['a']] },
    { text: 'abc', part: { name: 'abcd' } },
    { text: 'abc', part: 'abc' },
    { text: 'abc', part: [] },
    { text: 'abc', toString: 'x' },
    parsed('{"text":"abc","__proto__":{"a":1}}'),
    parsed('{"text":"abc","constructor":"x"}'),
    [],
    [{ text: 'abc' }],
    null,
    undefined,
    'abc',
  ].map((value): [string, new () => object, unknown] => [JSON.stringify(value), Body, value]),
  ['{}', Bare, {}],
];

it.each(CASES)('%s is never taken for right when it is not, nor made into something else', async (_, type, value) => {
  const quick = quickCheck(type, structuredClone(value));
  const slow = await thorough(type, value);
  if (quick === undefined) return;
  expect(quick).toBeInstanceOf(type);
  expect(quick).toStrictEqual(slow);
});

it('is what ordinary requests meet', () => {
  expect(quickCheck(Query, { limit: '5', extend: 'a' })).toMatchObject({ limit: 5, extend: ['a'], count: false });
  expect(quickCheck(Query, Object.create(null))).toEqual(new Query());
  expect(quickCheck(Body, { text: 'abc', note: null, list: ['a'], part: null })).toMatchObject({ text: 'abc' });
});

it('leaves nested objects and whatever is wrong to the thorough one', () => {
  for (const body of [{ text: 'abc', part: { name: 'abc' } }, { text: '' }, { text: 'abc', more: 1 }, [], null]) {
    expect(quickCheck(Body, body)).toBeUndefined();
  }
});
