import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

const LOOK_AGAIN_MS = 100;
/** Ten seconds. */
const MOST_LOOKS = 100;

const CHECKED = `
  select id from uploads where id = any($1) and (status <> 'uploaded' or failure_code is not null)`;

interface Wait {
  uploadId: string;
  /** How often it has been looked since. */
  looks: number;
  end: (isChecked: boolean) => void;
}

/** Waits for the checks of files, for all requests that do with one statement at a time. */
@Injectable()
export class CheckWaits {
  private waits: Wait[] = [];
  private isLooking = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** True once the checks are done, whatever their outcome; false after ten seconds, or when nobody is there any more for the answer. */
  untilChecked(uploadId: string, response: ServerResponse): Promise<boolean> {
    return new Promise((end) => {
      const wait: Wait = { uploadId, looks: 0, end };
      this.waits.push(wait);
      response.once('close', () => this.end((other) => other === wait, false));
      if (!this.isLooking) void this.look();
    });
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    while (this.waits.length > 0) {
      await sleep(LOOK_AGAIN_MS);
      const checked = await this.checked();
      this.end(({ uploadId }) => checked.has(uploadId), true);
      for (const wait of this.waits) wait.looks += 1;
      this.end(({ looks }) => looks >= MOST_LOOKS, false);
    }
    this.isLooking = false;
  }

  private async checked(): Promise<Set<string>> {
    const ids = new Set(this.waits.map(({ uploadId }) => uploadId));
    try {
      const rows = await this.dataSource.query<{ id: string }[]>(CHECKED, [[...ids]]);
      return new Set(rows.map(({ id }) => id));
    } catch {
      // Then nobody is told that they are done, and in the end all give up.
      return new Set();
    }
  }

  private end(isMeant: (wait: Wait) => boolean, isChecked: boolean): void {
    const meant = this.waits.filter(isMeant);
    if (meant.length === 0) return;
    this.waits = this.waits.filter((wait) => !meant.includes(wait));
    for (const { end } of meant) end(isChecked);
  }
}
