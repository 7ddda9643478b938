import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { InjectDataSource } from '@nestjs/typeorm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { DataSource } from 'typeorm';
import { type Actor, Rights } from '#libs/auth';
import { asMapped, Clock, mapped, Problem } from '#libs/common';
import { Config } from '#libs/config';
import { WaitingRoom } from '#libs/limits';
import { type Asked, askedBy } from './asked';
import { type Answer, AnsweredProblem, type Idempotence, Idempotency, problemOf } from './idempotency.service';

export const IDEMPOTENT_KEY = 'credence:idempotent';

/** Of the routes with `@Idempotent()`: other requests do not pass through it. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly idempotency: Idempotency,
    private readonly rights: Rights,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly room: WaitingRoom,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const how = this.reflector.get<Idempotence | undefined>(IDEMPOTENT_KEY, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest & { user: Actor }>();
    const header = request.headers['idempotency-key'];
    if (how === undefined || header === undefined) return next.handle();
    const asked = askedBy(request.user, String(header), request, this.config.keys.requestFingerprint);
    return from(this.answer(asked, how, request, context.switchToHttp().getResponse(), next));
  }

  private async answer(
    asked: Asked,
    how: Idempotence,
    request: FastifyRequest & { user: Actor },
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    const work = async (): Promise<Answer> => {
      await this.rights.confirm(request.user, this.dataSource.manager);
      try {
        const value: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
        // Here, while the work can still be undone: what is kept is the answer as it is sent.
        const body = value === undefined ? undefined : mapped(value, request, reply, this.clock);
        return { body, etag: reply.getHeader('etag')?.toString() };
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const { definition, details } = error;
        throw new AnsweredProblem(error, { problem: { ...details, code: definition.code, requestId: request.id } });
      }
    };
    const { answer, isReplay } = await this.idempotency.once(asked, how, work, () =>
      this.room.enter(request.raw, request.user),
    );
    if (isReplay) {
      await this.rights.confirm(request.user);
      void reply.header('idempotency-replayed', 'true');
    }
    if (answer.problem) throw problemOf(answer.problem);
    if (answer.etag) void reply.header('etag', answer.etag);
    return asMapped(answer.body);
  }
}
