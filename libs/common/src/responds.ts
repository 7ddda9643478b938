import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  HttpCode,
  HttpStatus,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiExtraModels, ApiResponse, type ApiResponseOptions, getSchemaPath } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { Clock } from './clock';
import { type CalendarDate, dateIn } from './calendar';
import { encodeCursor, type Page } from './page';

/** What a mapper may need besides the value: the day it is in the caller's organisation, and the caller. */
export interface ResponseContext {
  today: CalendarDate;
  now: Date;
  /** Days before expiry at which a certificate counts as expiring soon. */
  expiringSoonDays: number;
  /** Who reads the answer; null when nobody is signed in. */
  reader: Reader | null;
}

/** What decides how much of somebody else's things is told. */
export interface Reader {
  userUuid: string;
  isStaff: boolean;
  /** The auth lib knows the names of permissions. */
  may(permission: string): boolean;
}

/** What is read from the signed-in caller; the auth lib's Actor has it. */
interface CallerSettings extends Reader {
  timeZone: string;
  expiringSoonDays: number;
}

/** A response DTO: `from` is the whitelist that lists every field told to the outside. */
export interface ResponseDto<T> {
  new (): object;
  from(value: T, context: ResponseContext): object;
  /** The value's entity tag (RFC 9110, 8.8.3) without quotes; sent as the `ETag` header. */
  etag?(value: T): string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a decorator must accept any parameter list
type Returning<T> = (...args: any[]) => Promise<T> | T;
/** A decorator that fits only on a method that returns R. */
type Handler<R> = <M extends Returning<R>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void;

interface RespondsOptions {
  status?: 200 | 201;
  description?: string;
}

/**
 * Maps what the handler returns to a response DTO and documents it in OpenAPI. It does not compile when the handler
 * returns something `from` cannot take.
 */
export function Responds<T>(dto: ResponseDto<T>, options: RespondsOptions = {}): Handler<T> {
  const headers = dto.etag && {
    ETag: {
      description: 'Changes with every change; send it back as `If-Match`',
      schema: { type: 'string' },
    },
  };
  return attach(dto, { ...options, headers }, { $ref: getSchemaPath(dto) }, (value: T, context, reply) => {
    if (dto.etag) void reply.header('etag', `"${dto.etag(value)}"`);
    return dto.from(value, context);
  });
}

/** The same for a bare JSON array. */
export function RespondsList<T>(dto: ResponseDto<T>, options: RespondsOptions = {}): Handler<T[]> {
  const schema = { type: 'array', items: { $ref: getSchemaPath(dto) } };
  return attach(dto, options, schema, (values: T[], context) => values.map((value) => dto.from(value, context)));
}

/** The same for a page of contract C: `{ items, nextCursor, hasMore, totalCount }`. */
export function RespondsPage<T>(dto: ResponseDto<T>, options: RespondsOptions = {}): Handler<Page<T>> {
  const schema = {
    type: 'object',
    required: ['items', 'nextCursor', 'hasMore', 'totalCount'],
    properties: {
      items: { type: 'array', items: { $ref: getSchemaPath(dto) } },
      nextCursor: {
        type: 'string',
        nullable: true,
        description: 'Pass it as `cursor` to get the next page',
        example: encodeCursor(['2024-12-05T14:56:23.000Z', '0193a1f2-0c44-7f6a-8a34-6d1f0e9b4c21']),
      },
      hasMore: { type: 'boolean', example: true },
      totalCount: { type: 'integer', nullable: true, description: 'null unless include_count=true', example: null },
    },
  };
  return attach(dto, options, schema, (page: Page<T>, context) => ({
    items: page.items.map((item) => dto.from(item, context)),
    nextCursor: page.nextCursor,
    hasMore: page.hasMore,
    totalCount: page.totalCount,
  }));
}

/** A handler that answers 204 without a body. */
export function RespondsNothing(): Handler<void> {
  return applyDecorators(
    HttpCode(HttpStatus.NO_CONTENT),
    ApiResponse({ status: HttpStatus.NO_CONTENT, description: 'Done' }),
  ) as Handler<void>;
}

interface AttachOptions extends RespondsOptions {
  headers?: ApiResponseOptions['headers'];
}

/** Makes the answer of what a handler returned. */
type ToBody = (value: never, context: ResponseContext, reply: FastifyReply) => object;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Of a route with `@Responds...`. */
    toBody?: ToBody;
  }
}

function attach<V, R>(
  dto: ResponseDto<never>,
  { status = 200, description = status === 201 ? 'Created' : 'OK', headers }: AttachOptions,
  schema: object,
  toBody: (value: V, context: ResponseContext, reply: FastifyReply) => object,
): Handler<R> {
  return applyDecorators(
    HttpCode(status),
    RouteConfig({ toBody }),
    ApiExtraModels(dto),
    ApiResponse({ status, description, schema, headers }),
  );
}

/** An answer that is mapped already. */
class Mapped {
  constructor(readonly body: unknown) {}
}

/**
 * Maps what handlers return to the DTO that their `@Responds...` names. One for all routes: an interceptor costs observables and an async
 * scope for each request, so a second one is only where a route needs it (docs/performance.md).
 */
@Injectable()
export class ResponseMapper implements NestInterceptor {
  constructor(private readonly clock: Clock) {}

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next
      .handle()
      .pipe(map((value) => (value instanceof Mapped ? value.body : mapped(value, request, reply, this.clock))));
  }
}

/** Marks what `mapped` has made, so that it is sent as it is. */
export function asMapped(body: unknown): unknown {
  return body === undefined ? undefined : new Mapped(body);
}

/** The answer of what a handler returned; for whoever needs it before it is sent. */
export function mapped(
  value: unknown,
  request: FastifyRequest & { user?: CallerSettings },
  reply: FastifyReply,
  clock: Clock,
): unknown {
  const { toBody } = request.routeOptions.config;
  return toBody ? toBody(value as never, new CallerContext(request.user ?? null, clock), reply) : value;
}

class CallerContext implements ResponseContext {
  readonly expiringSoonDays: number;
  private day: CalendarDate | undefined;
  private instant: Date | undefined;

  constructor(
    readonly reader: CallerSettings | null,
    private readonly clock: Clock,
  ) {
    this.expiringSoonDays = reader?.expiringSoonDays ?? 90;
  }

  /** Worked out when it is asked for: few answers depend on it. */
  get today(): CalendarDate {
    return (this.day ??= dateIn(this.reader?.timeZone ?? 'UTC', this.now));
  }

  get now(): Date {
    return (this.instant ??= this.clock.now());
  }
}
