import { problemDefinitions } from '#libs/common';
import { buildOpenApiDocument, previewProduct } from '../../apps/api/src/openapi';
import {
  committedDocument,
  type Document,
  type Media,
  resolve,
  type Route,
  routesOf,
  type Schema,
} from '../support/openapi';

const document = committedDocument();
const routes = routesOf(document);
const text = JSON.stringify(document);

describe('openapi.json', () => {
  it('is what the code describes; `npm run openapi` writes it', async () => {
    const fresh = buildOpenApiDocument(await previewProduct());
    expect(document).toEqual(JSON.parse(JSON.stringify(fresh)));
  });

  it('has no reference that leads nowhere', () => {
    const references = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]*)"/g)];
    const broken = references.filter(([, kind = '', name = '']) => {
      const components = document.components as unknown as Record<string, Record<string, unknown> | undefined>;
      return components[kind]?.[name] === undefined;
    });
    expect(broken.map(([reference]) => reference)).toEqual([]);
  });

  it('gives every operation a name of its own', () => {
    const names = routes.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it('names every failure of the code at some operation', () => {
    const elsewhere = [
      // Answered where there is no route.
      'route_not_found',
      'request_refused',
      // Of no route in particular.
      'address_too_long',
      'headers_too_large',
      // Answered by the disk driver at the far end of a presigned request, as S3 answers errors of its own.
      'range_not_satisfiable',
      'upload_incomplete',
      'upload_too_large',
      'upload_type_mismatch',
      // Found out in the background: told as the `failureCode` of an upload.
      'file_not_readable',
      'file_password_protected',
      'file_too_complex',
    ];
    const unnamed = problemDefinitions().filter(
      ({ code }) => !elsewhere.includes(code) && !text.includes(`"#/components/examples/${code}"`),
    );
    expect(unnamed.map(({ code }) => code)).toEqual([]);
  });
});

describe.each(routes.map((route) => [route.name, route] as const))('%s', (_, { operation }: Route) => {
  it('has a summary, a tag that is explained, and the permission or nothing to sign', () => {
    // Plain words: a summary is not rendered as Markdown.
    expect(operation.summary).toMatch(/^[A-Z][^`]*[^.]$/);
    expect(document.tags.map(({ name }) => name)).toContain(operation.tags?.[0]);
    if (operation.security.length > 0) {
      expect(operation.description).toContain(`Permission \`${operation['x-permission']}\``);
    }
  });

  it('explains its parameters', () => {
    const silent = (operation.parameters ?? []).filter(({ description }) => !description);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('answers every error as application/problem+json with an example', () => {
    const statuses = Object.keys(operation.responses);
    expect(statuses).toContain('500');
    if (operation.security.length > 0) expect(statuses).toEqual(expect.arrayContaining(['401', '403']));
    for (const status of statuses.filter((code) => Number(code) >= 400)) {
      const media = operation.responses[status]?.content?.['application/problem+json'];
      expect({ status, schema: media?.schema }).toEqual({ status, schema: { $ref: '#/components/schemas/Problem' } });
      expect(Object.keys(media?.examples ?? {}).length).toBeGreaterThan(0);
    }
  });

  it('shows whole examples of what is sent and of what is answered', () => {
    const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    for (const [status, { content }] of answers) {
      if (status === '204') expect(content).toBeUndefined();
      for (const media of Object.values(content ?? {})) expectWholeExample(document, media);
    }
    for (const media of Object.values(operation.requestBody?.content ?? {})) expectWholeExample(document, media);
  });
});

function expectWholeExample(from: Document, { schema, example }: Media): void {
  expect(example).toBeDefined();
  const missing: string[] = [];
  collectMissing(from, schema, example, '', missing);
  expect(missing).toEqual([]);
}

function collectMissing(from: Document, given: Schema, value: unknown, at: string, missing: string[]): void {
  const schema = resolve(from, given);
  if (Array.isArray(value)) {
    value.forEach((item) => collectMissing(from, schema.items ?? {}, item, `${at}[]`, missing));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const name of schema.required ?? []) if (!(name in value)) missing.push(`${at}.${name}`);
  for (const [name, field] of Object.entries(value)) {
    collectMissing(from, schema.properties?.[name] ?? {}, field, `${at}.${name}`, missing);
  }
}
