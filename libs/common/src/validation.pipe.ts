import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { fieldForbidden, invalidRequest } from './common.errors';
import type { FieldError, Problem } from './problem';
import { quickCheck } from './quick-check';

const UNKNOWN = { code: 'unknown_field', message: 'is not a field of this request' };

const forbiddenFields = new WeakMap<object, ReadonlySet<string>>();

/**
 * Marks fields that exist in the answer but that a caller may not set: sending one is 403 `field_forbidden`
 * (given by contract C) rather than 400 for an unknown field.
 */
export function ForbiddenFields(...names: string[]): ClassDecorator {
  return (target) => {
    forbiddenFields.set(target, new Set(names));
  };
}

/** For the document: a route that takes this DTO can answer `field_forbidden`. */
export function hasForbiddenFields(dto: object): boolean {
  return forbiddenFields.has(dto);
}

/** Validates bodies and queries against their DTO. An unknown field is refused: a typing error must not lose a value silently. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      // Neither the object nor the value may reach an error answer or a log.
      validationError: { target: true, value: false },
      exceptionFactory: toProblem,
    });
  }

  // Nest awaits a promise only where there is one, whatever the base class says.
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const { type, metatype } = metadata;
    const isChecked = (type === 'query' || type === 'body') && metatype !== undefined;
    const quick = isChecked && quickCheck(metatype, value);
    if (quick) return quick as never;
    if (isChecked && this.toValidate(metadata)) refuseInherited(value);
    return super.transform(value, metadata);
  }
}

/** class-validator looks names up in an object, where each of these is found: `toString`, `__proto__`. @throws invalid_request */
function refuseInherited(value: unknown): void {
  const errors = inheritedNames(value).map((field): FieldError => ({ field, ...UNKNOWN }));
  if (errors.length > 0) throw invalidRequest({ errors });
}

function inheritedNames(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name in Object.prototype ? [prefix + name] : inheritedNames(member, `${prefix}${name}.`),
  );
}

function toProblem(errors: ValidationError[]): Problem {
  const forbidden = errors.filter(
    (error) => error.target && forbiddenFields.get(error.target.constructor)?.has(error.property),
  );
  if (forbidden.length > 0) {
    return fieldForbidden({
      errors: forbidden.map(({ property }) => ({
        field: property,
        code: 'field_forbidden',
        message: 'cannot be set here',
      })),
    });
  }
  return invalidRequest({ errors: errors.flatMap((error) => flatten(error, '')) });
}

function flatten(error: ValidationError, prefix: string): FieldError[] {
  const field = prefix + error.property;
  const own = Object.entries(error.constraints ?? {}).map(([name, message]) =>
    name === 'whitelistValidation' ? { field, ...UNKNOWN } : { field, code: snakeCase(name), message },
  );
  return [...own.slice(-1), ...(error.children ?? []).flatMap((child) => flatten(child, `${field}.`))];
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
