import type { ProblemDefinition } from './problem';

export const FAILS_KEY = 'credence:fails';

/**
 * Names failures of a route for OpenAPI; several of these add up. Those of every route (401, 400 for bad fields, ...) are added
 * by the document builder.
 */
export function Fails(...definitions: ProblemDefinition[]): MethodDecorator {
  return (_target, _key, descriptor) => {
    const handler = descriptor.value as object;
    const others = (Reflect.getMetadata(FAILS_KEY, handler) ?? []) as ProblemDefinition[];
    Reflect.defineMetadata(FAILS_KEY, [...definitions, ...others], handler);
  };
}
