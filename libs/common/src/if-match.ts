import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { changedSinceRead } from './common.errors';
import { Fails } from './fails';

/**
 * Documents the optional precondition of a change: `@Conditional()` on the handler, `@Headers('if-match')` in its
 * parameters. The comparison happens in the service, under the row's lock: `requireMatch`.
 */
export function Conditional(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'ETag of what you read; when it has been changed since: 412. Without it nothing is compared.',
    }),
    Fails(changedSinceRead),
  );
}

/** Call it with the locked row's entity tag. @throws changed_since_read */
export function requireMatch(ifMatch: string | undefined, etag: string): void {
  if (!ifMatchAllows(ifMatch, etag)) throw changedSinceRead();
}

/**
 * Evaluates an `If-Match` header against the current entity tag, by strong comparison (RFC 9110, 13.1.1 and 8.8.3.2).
 * Without the header there is no condition.
 */
export function ifMatchAllows(header: string | undefined, etag: string): boolean {
  if (header === undefined) return true;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim() === `"${etag}"`);
}
