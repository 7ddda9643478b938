import { Injectable, type PipeTransform } from '@nestjs/common';
import { invalidRequest } from './common.errors';
import { isUuid } from './ids';

/** An id of contract D in a path: an integer that JSON carries exactly. @throws invalid_request */
export function parseIntegerId(name: string, value: string): number {
  const id = /^-?\d{1,16}$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(id)) {
    throw invalidRequest({ errors: [{ field: name, code: 'is_int', message: 'must be an integer id' }] });
  }
  return id;
}

/** `@Param('titleId', IntegerIdPipe)` */
@Injectable()
export class IntegerIdPipe implements PipeTransform<string, number> {
  transform(value: string, { data }: { data?: string }): number {
    return parseIntegerId(data ?? 'id', value);
  }
}

/** `@Param('certificate_id', UuidPipe)`: an id of contract C. @throws invalid_request */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: { data?: string }): string {
    if (!isUuid(value)) {
      throw invalidRequest({ errors: [{ field: data ?? 'id', code: 'is_uuid', message: 'must be a UUID' }] });
    }
    return value.toLowerCase();
  }
}

/** `@Param('user_id', PersonPipe)`: a person of contract C, by id or as `me`, the caller. @throws invalid_request */
@Injectable()
export class PersonPipe extends UuidPipe {
  override transform(value: string, metadata: { data?: string }): string {
    return value === 'me' ? value : super.transform(value, metadata);
  }
}
