import { Global, Module } from '@nestjs/common';
import { Clock } from './clock';

/** Global, because every feature needs the time. */
@Global()
@Module({ providers: [Clock], exports: [Clock] })
export class CommonModule {}
