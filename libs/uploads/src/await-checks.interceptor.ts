import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { WaitingRoom } from '#libs/limits';
import { CheckWaits } from './check-waits.service';
import { FileBeingChecked } from './uploads.errors';

/** For links that are opened right after the upload: a file that is still being checked is waited for, outside of the request's place. */
@Injectable()
export class AwaitChecks implements NestInterceptor {
  constructor(
    private readonly room: WaitingRoom,
    private readonly waits: CheckWaits,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(this.answer(context, next));
  }

  private async answer(context: ExecutionContext, next: CallHandler): Promise<unknown> {
    try {
      return await lastValueFrom(next.handle());
    } catch (error) {
      if (error instanceof FileBeingChecked && (await this.isChecked(error, context))) {
        return lastValueFrom(next.handle());
      }
      throw error;
    }
  }

  private async isChecked({ upload }: FileBeingChecked, context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const standUp = this.room.enter(http.getRequest<FastifyRequest>().raw, upload.sender);
    if (!standUp) return false;
    try {
      return await this.waits.untilChecked(upload.id, http.getResponse<FastifyReply>().raw);
    } finally {
      standUp();
    }
  }
}
