import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Fails } from '#libs/common';
import { idempotencyKeyInvalid, idempotencyKeyReused, requestInProgress } from './idempotency.errors';
import { IDEMPOTENT_KEY, IdempotencyInterceptor } from './idempotency.interceptor';
import type { Idempotence } from './idempotency.service';

/** A POST that takes an `Idempotency-Key`: sent again, it is answered again and does nothing again. */
export function Idempotent(how: Idempotence = 'atomic'): MethodDecorator {
  return applyDecorators(
    SetMetadata(IDEMPOTENT_KEY, how),
    UseInterceptors(IdempotencyInterceptor),
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
