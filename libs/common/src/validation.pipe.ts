import { type ArgumentMetadata, Injectable, ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { fieldForbidden, invalidRequest } from './common.errors';
import type { FieldError, Problem } from './problem';
import { quickCheck } from './quick-check';

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
    return (isChecked && (quickCheck(metatype, value) as never)) || super.transform(value, metadata);
  }
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
    name === 'whitelistValidation'
      ? { field, code: 'unknown_field', message: 'is not a field of this request' }
      : { field, code: snakeCase(name), message },
  );
  return [...own.slice(-1), ...(error.children ?? []).flatMap((child) => flatten(child, `${field}.`))];
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
