import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmail,
  IsInt,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { isCalendarDate, isInstant } from './calendar';
import { hasUnseen, type TextForm, toForm, wrongInText } from './text';

/**
 * One decorator per wire type: it validates an input and documents the field in OpenAPI, so the two cannot drift apart.
 * The same decorators describe response DTOs, where nothing is validated.
 */
export interface FieldOptions {
  description?: string;
  example?: unknown;
  /** The key may be missing. */
  optional?: boolean;
  /** The value may be null. */
  nullable?: boolean;
}

const MAX_ID = Number.MAX_SAFE_INTEGER;

function field(options: FieldOptions, api: ApiPropertyOptions, ...validators: PropertyDecorator[]): PropertyDecorator {
  const { description, example, optional = false, nullable = false } = options;
  return applyDecorators(
    ApiProperty({ ...api, description, example, required: !optional, nullable } as ApiPropertyOptions),
    // Not @IsOptional: that one also lets null through where only a missing key is allowed.
    ValidateIf((_, value) => !(optional && value === undefined) && !(nullable && value === null)),
    ...validators,
  );
}

/** Text of bounded length: a line, unless it is said to be something else. */
export function TextField(
  options: FieldOptions & {
    minLength?: number;
    maxLength: number;
    pattern?: RegExp;
    format?: string;
    form?: TextForm;
  },
): PropertyDecorator {
  const { minLength = 0, maxLength, pattern, format, form = 'line' } = options;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? toForm(value, form) : value)),
    field(
      options,
      { type: String, minLength, maxLength, pattern: pattern?.source, format },
      IsString({ message: 'must be a string' }),
      MinLength(minLength, { message: `must have at least ${minLength} character${minLength === 1 ? '' : 's'}` }),
      MaxLength(maxLength, { message: `must have at most ${maxLength} characters` }),
      // One of two `Matches` would hide the other: a pattern that lets something through is no reason to accept it.
      ...(pattern ? [Matches(pattern, { message: 'does not have the required form' })] : []),
      ValidateBy(
        {
          name: 'isText',
          validator: { validate: (value) => typeof value !== 'string' || wrongInText(value, form) === null },
        },
        { message: ({ value }) => wrongInText(String(value), form) ?? '' },
      ),
    ),
  );
}

/** A SHA-256 in lower-case hex. */
export function Sha256Field(options: FieldOptions): PropertyDecorator {
  const example = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  return TextField({ example, ...options, minLength: 64, maxLength: 64, pattern: /^[0-9a-f]{64}$/, form: 'exact' });
}

export function EmailField(options: FieldOptions & { maxLength: number }): PropertyDecorator {
  return field(
    options,
    { type: String, format: 'email', maxLength: options.maxLength },
    IsEmail({}, { message: 'must be an e-mail address' }),
    ValidateBy(
      { name: 'isSeen', validator: { validate: (value) => typeof value !== 'string' || !hasUnseen(value) } },
      { message: 'must not contain characters that cannot be seen' },
    ),
    MaxLength(options.maxLength, { message: `must have at most ${options.maxLength} characters` }),
  );
}

/** An integer; by default the whole range that JSON carries exactly. */
export function IntegerField(options: FieldOptions & { min?: number; max?: number } = {}): PropertyDecorator {
  const { min = -MAX_ID, max = MAX_ID } = options;
  return field(
    options,
    { type: 'integer', minimum: min, maximum: max },
    IsInt({ message: 'must be an integer' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: `must be at most ${max}` }),
  );
}

/** An integer in a query string, where everything arrives as text. */
export function IntegerQuery(options: FieldOptions & { min?: number; max?: number }): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value,
    ),
    IntegerField({ ...options, optional: true }),
  );
}

export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: Boolean }, IsBoolean({ message: 'must be true or false' }));
}

export function BooleanQuery(options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    BooleanField({ ...options, optional: true }),
  );
}

/** A UUID of any version (RFC 9562). */
export function UuidField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: String, format: 'uuid' }, IsUUID('all', { message: 'must be a UUID' }));
}

/** A calendar date, `YYYY-MM-DD`, that exists. */
export function DateField(options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: String, format: 'date' },
    ValidateBy(
      { name: 'isCalendarDate', validator: { validate: (value) => isCalendarDate(value) } },
      { message: 'must be an existing date as YYYY-MM-DD' },
    ),
  );
}

/** A point in time in UTC; for responses only. */
export function InstantField(options: FieldOptions = {}): PropertyDecorator {
  return field({ example: '2024-12-05T14:56:23.000Z', ...options }, { type: String, format: 'date-time' });
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/;

/** A point in time in a query string. */
export function InstantQuery(description: string): PropertyDecorator {
  return InstantInput({ optional: true, description });
}

/** A point in time in UTC that a client sends. */
export function InstantInput(options: FieldOptions = {}): PropertyDecorator {
  const example = '2024-12-05T14:56:23.000Z';
  const isLeftOut = (value: unknown) => value === undefined || (options.nullable && value === null);
  return applyDecorators(
    TextField({ example, ...options, maxLength: 24, pattern: INSTANT, form: 'exact' }),
    ValidateBy(
      { name: 'isInstant', validator: { validate: (value) => isLeftOut(value) || isInstant(value) } },
      { message: 'must be an existing point in time' },
    ),
  );
}

export function EnumField(values: Words, options: FieldOptions & { enumName?: string } = {}): PropertyDecorator {
  return field(
    options,
    { enum: documented(values), ...(options.enumName ? { enumName: options.enumName } : {}) },
    IsWord(values),
  );
}

/** A fixed set of words; a function where libs above add to it, as each kind of credential does: asked whenever it is needed. */
type Words = readonly string[] | (() => readonly string[]);

const growing: { enumeration: string[]; words: () => readonly string[] }[] = [];

/** What the OpenAPI document is made from. Swagger takes it when the field is declared, which may be before the set is whole. */
function documented(words: Words): string[] {
  if (typeof words !== 'function') return [...words];
  const enumeration = [...words()];
  growing.push({ enumeration, words });
  return enumeration;
}

/** Once all libs are loaded, before the OpenAPI document is made: each set as it is now. */
export function completeEnumerations(): void {
  for (const { enumeration, words } of growing) enumeration.splice(0, enumeration.length, ...words());
}

function asked(words: Words): () => readonly string[] {
  return typeof words === 'function' ? words : () => words;
}

function IsWord(values: Words, { each = false } = {}): PropertyDecorator {
  const words = asked(values);
  return ValidateBy(
    { name: 'isIn', validator: { validate: (value) => words().includes(value as string) } },
    { each, message: () => `must be one of: ${words().join(', ')}` },
  );
}

/** A query parameter that may be repeated (`a=x&a=y`); always an array in the DTO. */
export function RepeatableEnumQuery(values: readonly string[], options: FieldOptions): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === undefined || Array.isArray(value) ? value : [value])),
    field(
      { ...options, optional: true },
      { enum: [...values], isArray: true },
      IsArray(),
      ArrayMaxSize(values.length, { message: `must have at most ${values.length} values` }),
      IsWord(values, { each: true }),
    ),
  );
}

/** Swagger tells a class from a function that returns one by the function's name. */
function lazily(type: () => new () => object): () => new () => object {
  return Object.defineProperty(() => type(), 'name', { value: 'type' });
}

/** A nested object with its own DTO class. */
export function ObjectField(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  return field(
    options,
    { type: lazily(type) },
    ValidateBy(
      {
        name: 'isObject',
        validator: { validate: (value) => typeof value === 'object' && value !== null && !Array.isArray(value) },
      },
      { message: 'must be an object' },
    ),
    ValidateNested(),
    Type(type),
  );
}

/** An object in the form of another standard, which the description names; for responses. */
export function StandardObjectField(options: FieldOptions): PropertyDecorator {
  return field(options, { type: 'object', additionalProperties: true });
}

/** A list of texts; for responses. */
export function TextListField(options: FieldOptions): PropertyDecorator {
  return field(options, { type: String, isArray: true });
}

/** A bounded list of lines of text that a client sends. */
export function TextListInput(
  options: FieldOptions & { maxItems: number; maxLength: number; pattern?: RegExp },
): PropertyDecorator {
  const { maxItems, maxLength, pattern } = options;
  const isGood = (item: unknown) =>
    typeof item === 'string' &&
    item.length > 0 &&
    item.length <= maxLength &&
    wrongInText(item, 'line') === null &&
    (!pattern || pattern.test(item));
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value)
        ? value.map((item: unknown) => (typeof item === 'string' ? toForm(item, 'line') : item))
        : value,
    ),
    field(
      options,
      {
        isArray: true,
        maxItems,
        type: String,
        items: { type: 'string', minLength: 1, maxLength },
      },
      IsArray({ message: 'must be a list' }),
      ArrayMaxSize(maxItems, { message: `must have at most ${maxItems} values` }),
      ValidateBy(
        { name: 'isTexts', validator: { validate: (value) => Array.isArray(value) && value.every(isGood) } },
        { message: `must be texts of 1 to ${maxLength} characters${pattern ? ' of the required form' : ''}` },
      ),
    ),
  );
}

/** A bounded list of objects with their own DTO class that a client sends. */
export function ObjectListInput(
  type: () => new () => object,
  options: FieldOptions & { minItems?: number; maxItems: number },
): PropertyDecorator {
  const { minItems = 0, maxItems } = options;
  const isObject = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
  return applyDecorators(
    field(
      options,
      { type: lazily(type), isArray: true, minItems, maxItems },
      ValidateBy(
        { name: 'isObjects', validator: { validate: (value) => Array.isArray(value) && value.every(isObject) } },
        { message: 'must be a list of objects' },
      ),
      ValidateBy(
        {
          name: 'arraySize',
          validator: {
            validate: (value) => !Array.isArray(value) || (value.length >= minItems && value.length <= maxItems),
          },
        },
        { message: `must have ${minItems} to ${maxItems} items` },
      ),
      ValidateNested({ each: true }),
      Type(type),
    ),
  );
}

/** A list of objects with their own DTO class; for responses. */
export function ListField(type: () => new () => object, options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: lazily(type), isArray: true });
}

/** A list of words from a fixed set; for responses and bounded inputs. */
export function EnumListField(values: Words, options: FieldOptions = {}): PropertyDecorator {
  const words = asked(values);
  return field(
    options,
    { enum: documented(values), isArray: true },
    IsArray({ message: 'must be a list' }),
    ValidateBy(
      {
        name: 'arrayMaxSize',
        validator: { validate: (value) => Array.isArray(value) && value.length <= words().length },
      },
      { message: () => `must have at most ${words().length} values` },
    ),
    IsWord(values, { each: true }),
  );
}

/** A string-to-string map; for responses. */
export function StringMapField(options: FieldOptions = {}): PropertyDecorator {
  return field(options, { type: 'object', additionalProperties: { type: 'string' } });
}
