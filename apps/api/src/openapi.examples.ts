import type { OpenAPIObject } from '@nestjs/swagger';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  enum?: unknown[];
  allOf?: Schema[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

/** Puts a whole example together from the examples of its fields. `undefined` where a field says nothing about itself. */
export function exampleOf(document: OpenAPIObject, given: object): unknown {
  const schema = given as Schema;
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length) return schema.examples[0];
  if (schema.$ref)
    return exampleOf(document, document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  const [part] = [...(schema.allOf ?? []), ...(schema.anyOf ?? [])];
  if (part) return exampleOf(document, part);
  if (schema.enum) return schema.enum[0];
  if (schema.items) return [exampleOf(document, schema.items)];
  if (schema.properties) {
    const fields = Object.entries(schema.properties).map(
      ([name, field]) => [name, exampleOf(document, field)] as const,
    );
    return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  }
  if (schema.default !== undefined) return schema.default;
  if (schema.format === 'uuid' && schema.type === 'string') return '0193a1f0-5b7c-7c1e-9d55-3f0a8f1c2b7e';
  return [schema.type].flat().includes('null') ? null : undefined;
}
