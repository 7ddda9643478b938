import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';

/** Within this every process knows that maintenance has begun, or is over. */
export const LOOK_EVERY_MS = 1000;

/**
 * What this process knows of maintenance: the row is looked at once a second, not with each request. That nothing is written for which
 * the news came too late is the business of the guards in the database.
 */
@Injectable()
export class MaintenanceWatch implements OnModuleInit, OnModuleDestroy {
  private isOn = false;
  private timer: NodeJS.Timeout | undefined;
  private waiting: (() => void)[] = [];
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
    this.letGo();
  }

  /** True while nothing may be written. */
  get isUnderMaintenance(): boolean {
    return this.isOn;
  }

  /** Resolves when something may be written, or when the process ends. */
  async over(): Promise<void> {
    if (!this.isOn || this.isEnding) return;
    await new Promise<void>((go) => this.waiting.push(go));
  }

  /** Straight to the pool: it is no statement of any request. A database that is away changes nothing about what is known. */
  private async look(): Promise<void> {
    try {
      const { rowCount } = await this.pool.query('select 1 from maintenance');
      this.isOn = rowCount === 1;
    } catch {
      return;
    }
    if (!this.isOn) this.letGo();
  }

  private letGo(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }

  private get pool(): Pool {
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }
}
