import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';

/** Within this every process knows that maintenance has begun, or is over. */
export const LOOK_EVERY_MS = 1000;

/** Whoever waits for the end of maintenance waits for nothing. */
class EndedUnderMaintenance extends Error {
  constructor() {
    super('The process ends under maintenance');
    this.name = 'EndedUnderMaintenance';
  }
}

/**
 * What this process knows of maintenance: the row is looked at once a second, not with each request. That nothing is written for which
 * the news came too late is the business of the guards in the database.
 */
@Injectable()
export class MaintenanceWatch implements OnModuleInit, OnModuleDestroy {
  private isOn = false;
  private timer: NodeJS.Timeout | undefined;
  private waiting: { go: () => void; giveUp: (reason: Error) => void }[] = [];
  private isEnding = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    await this.look();
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    this.isEnding = true;
    clearInterval(this.timer);
    for (const { giveUp } of this.waiting.splice(0)) giveUp(new EndedUnderMaintenance());
  }

  /** True while nothing may be written. */
  get isUnderMaintenance(): boolean {
    return this.isOn;
  }

  /** Resolves when something may be written. @throws EndedUnderMaintenance when the process ends before that */
  async over(): Promise<void> {
    if (!this.isOn) return;
    if (this.isEnding) throw new EndedUnderMaintenance();
    await new Promise<void>((go, giveUp) => this.waiting.push({ go, giveUp }));
  }

  /** Straight to the pool: it is no statement of any request. A database that is away changes nothing about what is known. */
  private async look(): Promise<void> {
    try {
      const { rowCount } = await this.pool.query('select 1 from maintenance');
      this.isOn = rowCount === 1;
    } catch {
      return;
    }
    if (!this.isOn) for (const { go } of this.waiting.splice(0)) go();
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }
}
