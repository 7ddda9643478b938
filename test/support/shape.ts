import { expect } from '@jest/globals';

/** Says what is wrong with a value, each line beginning with where it stands; nothing when it is as described. */
export type Shape = (value: unknown, at: string) => string[];

function of(name: string, holds: (value: unknown) => boolean): Shape {
  return (value, at) => (holds(value) ? [] : [`${at}: ${JSON.stringify(value)} is not ${name}`]);
}

function text(name: string, pattern: RegExp): Shape {
  return of(name, (value) => typeof value === 'string' && pattern.test(value));
}

export const integer = of('an integer that JSON carries exactly', Number.isSafeInteger);
export const string = of('a string', (value) => typeof value === 'string');
export const boolean = of('true or false', (value) => typeof value === 'boolean');
export const uuid = text('a UUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
/** As contract D shows it: `2024-12-05T14:56:23.000Z`. */
export const instant = text('an instant in UTC', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const date = text('a calendar date', /^\d{4}-\d\d-\d\d$/);
export const url = text('an absolute URL', /^https?:\/\/\S+$/);
export const jwt = text('a JWT', /^[\w-]+\.[\w-]+\.[\w-]+$/);

/** This value and no other. */
export function exactly(expected: unknown): Shape {
  return of(JSON.stringify(expected), (value) => value === expected);
}

export function oneOf(...values: string[]): Shape {
  return of(`one of ${values.join(', ')}`, (value) => (values as unknown[]).includes(value));
}

/** The key is there, and its value may be null. */
export function nullable(shape: Shape): Shape {
  return (value, at) => (value === null ? [] : shape(value, at));
}

export function listOf(shape: Shape): Shape {
  return (value, at) =>
    Array.isArray(value) ? value.flatMap((item, index) => shape(item, `${at}[${index}]`)) : [`${at} is not an array`];
}

/** Values of any name, all of one shape. */
export function mapOf(shape: Shape): Shape {
  return (value, at) =>
    isRecord(value)
      ? Object.entries(value).flatMap(([key, item]) => shape(item, `${at}.${key}`))
      : [`${at} is not an object`];
}

/** Exactly these keys: none is missing, none is there besides. */
export function object(keys: Record<string, Shape>): Shape {
  return (value, at) => {
    if (!isRecord(value)) return [`${at} is not an object`];
    const missing = Object.keys(keys).filter((key) => !(key in value));
    const surplus = Object.keys(value).filter((key) => !(key in keys));
    return [
      ...missing.map((key) => `${at}.${key} is missing`),
      ...surplus.map((key) => `${at}.${key} is not in the contract`),
      ...Object.entries(keys).flatMap(([key, shape]) => (key in value ? shape(value[key], `${at}.${key}`) : [])),
    ];
  };
}

export function expectShape(value: unknown, shape: Shape): void {
  expect(shape(value, 'body')).toEqual([]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
