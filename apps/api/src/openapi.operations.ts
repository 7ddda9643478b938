import type { OpenAPIObject } from '@nestjs/swagger';
import {
  BEARER_SCHEME,
  notPermitted,
  notSignedIn,
  PERMISSIONS,
  type Permission,
  scopeMissing,
  scopesFor,
  SESSION_SCHEME,
  sessionTokenInvalid,
} from '#libs/auth';
import {
  forbiddenKey,
  internalError,
  invalidRequest,
  malformedJson,
  payloadTooLarge,
  problemBody,
  type ProblemDefinition,
  problemDefinitions,
  requestTimeout,
  requestTooComplex,
  overloaded,
  shuttingDown,
  temporarilyUnavailable,
  underMaintenance,
  unsupportedMediaType,
} from '#libs/common';
import { rateLimited } from '#libs/limits';
import { textOfParameter } from './openapi.texts';
import { exampleOf } from './openapi.examples';

type Json = Record<string, unknown>;
type Components = NonNullable<OpenAPIObject['components']>;

/** What the decorators of one handler say about its route. */
export interface RouteFacts {
  /** `createCertificate`: how a generated client calls it. */
  operationId: string;
  isPublic: boolean;
  permission: Permission | null;
  /** Needed besides, for what the answer tells. */
  shows?: Permission;
  /** Will do in its place, for an API key and what was announced with it. */
  orOwn?: Permission;
  needsSessionToken: boolean;
  fails: ProblemDefinition[];
}

interface Operation {
  operationId: string;
  tags?: string[];
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; description?: string; example?: unknown; schema?: object }[];
  requestBody?: { content: Record<string, { schema: Json; example?: unknown }> };
  responses: Record<string, Response>;
}

interface Response {
  description: string;
  headers?: Json;
  content?: Record<string, { schema: Json; example?: unknown; examples?: Json }>;
}

const PROBLEM_JSON = 'application/problem+json';
/** Of no route in particular: each example is shown at many. */
const INSTANCE = '/api/v1/...';
const REQUEST_ID = '0193a1f3-2b15-7d0c-9f3e-1a6c5b8d7e90';

/** What the decorators leave open: id, security, the failures that every route of a kind can give, examples. */
export function completeOperation(
  document: OpenAPIObject,
  path: string,
  operation: Operation,
  facts: RouteFacts,
): void {
  operation.operationId = facts.operationId;
  operation.security = security(facts);
  if (facts.permission) {
    operation.description = [operation.description, permissionSentences(facts.permission, facts)]
      .filter(Boolean)
      .join('\n\n');
  }
  operation.parameters = operation.parameters?.filter((parameter) => !isUndocumentedHeader(parameter));
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path') Object.assign(parameter, textOfParameter(path, parameter.name));
  }
  for (const media of Object.values(operation.requestBody?.content ?? {})) {
    media.example ??= exampleOf(document, media.schema);
  }
  for (const response of Object.values(operation.responses)) {
    for (const media of Object.values(response.content ?? {})) {
      if (!media.examples) media.example ??= exampleOf(document, media.schema);
    }
  }
  for (const [status, definitions] of byStatus([...commonFailures(operation, facts), ...facts.fails])) {
    const answer = failure(definitions);
    const declared = operation.responses[status];
    operation.responses[status] = declared
      ? { ...declared, content: { ...declared.content, ...answer.content } }
      : answer;
  }
  for (const response of Object.values(operation.responses)) {
    response.headers = { ...response.headers, 'x-request-id': { $ref: '#/components/headers/RequestId' } };
  }
}

/** What operations refer to: the shape of an error, one example per code, the request id. */
export function sharedComponents(): Required<Pick<Components, 'schemas' | 'examples' | 'headers'>> {
  return {
    schemas: { Problem: PROBLEM_SCHEMA },
    examples: Object.fromEntries(
      problemDefinitions().map((definition) => [
        definition.code,
        { summary: definition.code, value: exampleProblem(definition) },
      ]),
    ),
    headers: {
      RequestId: {
        description: 'Names this request in the logs; a well-formed value that was sent is kept',
        schema: { type: 'string', examples: [REQUEST_ID] },
      },
    },
  };
}

/** Paths and schemas by name: the committed document changes only where the product does. Leaves out unused examples. */
export function sorted(document: OpenAPIObject): OpenAPIObject {
  const { openapi, info, servers, tags, paths, components } = document;
  const text = JSON.stringify(paths);
  const examples = Object.entries(components?.examples ?? {}).filter(([code]) =>
    text.includes(`"#/components/examples/${code}"`),
  );
  return {
    openapi,
    info,
    servers,
    tags,
    paths: byName(paths),
    components: {
      securitySchemes: components?.securitySchemes,
      headers: components?.headers,
      examples: Object.fromEntries(examples),
      schemas: byName(components?.schemas ?? {}),
    },
  };
}

/** `allOf` around one reference was needed by OpenAPI 3.0 only; in 3.1 a reference may have neighbours. */
export function unwrapSingleAllOf(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { allOf?: object[] };
  if (Array.isArray(schema.allOf) && schema.allOf.length === 1) {
    Object.assign(schema, schema.allOf[0]);
    delete schema.allOf;
  }
  Object.values(node).forEach(unwrapSingleAllOf);
}

function byName<T>(map: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function security({ isPublic, needsSessionToken }: RouteFacts): Record<string, string[]>[] {
  if (isPublic) return [];
  return [{ [BEARER_SCHEME]: [], ...(needsSessionToken ? { [SESSION_SCHEME]: [] } : {}) }];
}

function permissionSentences(permission: Permission, { shows, orOwn }: RouteFacts): string {
  const scopesOf = (other: Permission) =>
    scopesFor(other)
      .map((scope) => `\`${scope}\``)
      .join(' or ');
  const more = [
    shows
      ? `The answer shows what was there, so \`${shows}\` is needed too: API keys need ${scopesOf(shows)} as well.`
      : '',
    orOwn ? `For what was announced with the API key itself ${scopesOf(orOwn)} will do.` : '',
  ];
  return [permissionSentence(permission), ...more].filter(Boolean).join(' ');
}

function permissionSentence(permission: Permission): string {
  const roles = Object.entries(PERMISSIONS).filter(([, permissions]) => permissions.has(permission));
  const scopes = scopesFor(permission).map((scope) => `\`${scope}\``);
  const who = roles.length > 0 ? roles.map(([role]) => `\`${role}\``).join(', ') : 'every API key';
  return `Permission \`${permission}\`: ${who}.${scopes.length > 0 ? ` API keys: ${scopes.join(' or ')}.` : ''}`;
}

/** `@Headers('if-match')` alone says nothing; `@ApiHeader` beside it is the one that documents. */
function isUndocumentedHeader(parameter: { in: string; description?: string }): boolean {
  return parameter.in === 'header' && !parameter.description;
}

function commonFailures(operation: Operation, facts: RouteFacts): ProblemDefinition[] {
  const { parameters = [], requestBody } = operation;
  const failures: ProblemDefinition[] = [];
  if (requestBody || parameters.some((parameter) => parameter.in !== 'header'))
    failures.push(invalidRequest, requestTooComplex);
  if (requestBody && 'application/json' in requestBody.content) {
    failures.push(malformedJson, forbiddenKey, requestTimeout, payloadTooLarge, unsupportedMediaType);
  }
  if (!facts.isPublic) failures.push(notSignedIn, notPermitted, scopeMissing);
  if (facts.needsSessionToken) failures.push(sessionTokenInvalid);
  if (!operation.tags?.includes('Health')) failures.push(rateLimited);
  return [...failures, internalError, temporarilyUnavailable, overloaded, underMaintenance, shuttingDown];
}

function byStatus(definitions: ProblemDefinition[]): Map<number, ProblemDefinition[]> {
  const statuses = new Map<number, ProblemDefinition[]>();
  for (const definition of new Set(definitions)) {
    statuses.set(definition.status, [...(statuses.get(definition.status) ?? []), definition]);
  }
  return statuses;
}

function failure(definitions: ProblemDefinition[]): Response {
  return {
    description: definitions.map(({ code, detail }) => `\`${code}\`: ${detail}`).join('\n\n'),
    content: {
      [PROBLEM_JSON]: {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(definitions.map(({ code }) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

function exampleProblem(definition: ProblemDefinition): Json {
  const errors =
    definition === invalidRequest ? [{ field: 'limit', code: 'max', message: 'must be at most 1000' }] : undefined;
  return problemBody(definition({ errors }), INSTANCE, REQUEST_ID);
}

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'An error in the form of RFC 9457',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri', description: 'Names the kind of problem' },
    title: { type: 'string', description: 'The code in words' },
    status: { type: 'integer', description: 'The HTTP status' },
    detail: { type: 'string', description: 'What went wrong, for a person' },
    instance: { type: 'string', description: 'The path that was asked for' },
    code: { type: 'string', description: 'Stable; decide on this one', pattern: '^[a-z][a-z0-9_]*$' },
    requestId: { type: 'string', description: 'Quote it when you report the problem' },
    secondFactor: {
      type: 'object',
      description: 'Only with `second_factor_required`: what the two routes below /auth/v1/rs/login/second-factor need',
      required: ['token', 'expiresAt', 'methods', 'passkeyOptions'],
      properties: {
        token: { type: 'string', description: 'Works for one sign-in' },
        expiresAt: { type: 'string', format: 'date-time' },
        methods: {
          type: 'array',
          description: 'What the account has',
          items: { type: 'string', enum: ['passkey', 'authenticator_app', 'recovery_code'] },
        },
        passkeyOptions: {
          type: ['object', 'null'],
          description:
            'PublicKeyCredentialRequestOptionsJSON of WebAuthn Level 3: for `PublicKeyCredential.parseRequestOptionsFromJSON`',
          additionalProperties: true,
        },
      },
    },
    errors: {
      type: 'array',
      description: 'What is wrong with which field; only for invalid input',
      items: {
        type: 'object',
        required: ['field', 'code', 'message'],
        properties: {
          field: {
            type: 'string',
            description: 'Name on the wire, with dots for nesting',
            examples: ['attachment.size'],
          },
          code: { type: 'string', description: 'Stable' },
          message: { type: 'string', description: 'For a person' },
        },
      },
    },
  },
};
