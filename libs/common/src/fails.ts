import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { ProblemDefinition } from './problem';

export const FAILS_KEY = 'credence:fails';

/** Names the failures of a route for OpenAPI. Those of every route (401, 400 for bad fields, ...) are added by the document builder. */
export function Fails(...definitions: ProblemDefinition[]): MethodDecorator {
  return applyDecorators(SetMetadata(FAILS_KEY, definitions));
}
