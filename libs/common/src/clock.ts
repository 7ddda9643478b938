import { Injectable } from '@nestjs/common';

/** The only source of the present time, so that a test can stand on any day. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
