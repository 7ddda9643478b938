import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Fails } from '#libs/common';
import { idempotencyKeyInvalid, idempotencyKeyReused, requestInProgress } from './idempotency.errors';

export const IDEMPOTENT_KEY = 'credence:idempotent';

/**
 * How a route keeps its promise. `atomic`: the work and the record of its answer are one transaction. `repeatable`: the work
 * waits for other services, so it cannot be in one, but it is harmless to repeat; only the first answer is kept.
 */
export type Idempotence = 'atomic' | 'repeatable';

/** A POST that takes an `Idempotency-Key`: sent again, it is answered again and does nothing again. */
export function Idempotent(how: Idempotence = 'atomic'): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT_KEY, how),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any name for this request that you have not used before, 1..255 printable characters. The same request with the same ' +
        'key gets the first answer again for 24 hours, with `Idempotency-Replayed: true`.',
    }),
    Fails(idempotencyKeyInvalid, requestInProgress, idempotencyKeyReused),
  );
}
