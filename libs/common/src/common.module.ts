import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { Clock } from './clock';
import { ResponseMapper } from './responds';

/** Global, because every feature needs the time, and every answer is mapped. */
@Global()
@Module({ providers: [Clock, { provide: APP_INTERCEPTOR, useClass: ResponseMapper }], exports: [Clock] })
export class CommonModule {}
