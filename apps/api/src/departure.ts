import { Injectable } from '@nestjs/common';

/** Whether this process is about to end: it then serves what comes, and asks to be sent nothing more. */
@Injectable()
export class Departure {
  isAnnounced = false;
}
