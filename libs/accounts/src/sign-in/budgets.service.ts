import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import { Clock } from '#libs/common';
import { Config } from '#libs/config';
import { Jobs } from '#libs/jobs';

const MINUTE_MS = 60_000;

/** So many attempts of a kind in a window that begins with the first of them. */
export interface BudgetKind {
  name: string;
  attempts: number;
  minutes: number;
}

/** A budget of one account, address or both. */
export interface Budget {
  kind: BudgetKind;
  /** Whose; kept as a digest only. */
  of: string;
}

/** A used-up attempt, which can be given back while its window runs. */
export interface Attempt {
  key: string;
  resetsAt: Date;
}

/** No attempt was left. */
export interface UsedUp {
  key: string;
  retryAfterSeconds: number;
}

/** One statement, so that any number of processes together use no more than the budget: the row lock makes them queue. */
const TAKE = `
  insert into sign_in_budgets as b (key, used, resets_at, slowed) values ($1, 1, $2, false)
  on conflict (key) do update
    set used = case when b.resets_at <= $3 then 1 else b.used + 1 end,
        resets_at = case when b.resets_at <= $3 then excluded.resets_at else b.resets_at end,
        slowed = b.slowed and b.resets_at > $3
    where b.resets_at <= $3 or b.used < $4
  returning resets_at as "resetsAt"`;
const FIND = 'select resets_at as "resetsAt" from sign_in_budgets where key = $1';
const GIVE_BACK = 'update sign_in_budgets set used = used - 1 where key = $1 and resets_at = $2 and used > 0';
const MARK_SLOWED = 'update sign_in_budgets set slowed = true where key = $1 and not slowed';
const REMOVE_PAST = 'delete from sign_in_budgets where resets_at < $1';

/** Counts attempts that must not be made without end, in PostgreSQL. */
@Injectable()
export class Budgets {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
    jobs: Jobs,
  ) {
    jobs.handleScheduled('sign-in-budgets-remove-past', '47 * * * *', () => this.removePast());
  }

  /** Uses up one attempt of each budget, or none of any. */
  async take(...budgets: Budget[]): Promise<{ taken: Attempt[]; usedUp: UsedUp | null }> {
    const taken: Attempt[] = [];
    for (const budget of budgets) {
      const attempt = await this.takeOne(budget);
      if ('retryAfterSeconds' in attempt) {
        await this.giveBack(taken);
        return { taken: [], usedUp: attempt };
      }
      taken.push(attempt);
    }
    return { taken, usedUp: null };
  }

  /** For attempts that turned out to be right: only wrong ones count. */
  async giveBack(attempts: Attempt[]): Promise<void> {
    for (const { key, resetsAt } of attempts) await this.dataSource.query(GIVE_BACK, [key, resetsAt]);
  }

  /** True for the first refusal of a window only: the trail tells it once, or whoever asks on and on would fill it. */
  async markSlowed(tx: EntityManager, { key }: UsedUp): Promise<boolean> {
    const [, affected] = await tx.query<[unknown[], number]>(MARK_SLOWED, [key]);
    return affected > 0;
  }

  private async takeOne({ kind, of }: Budget): Promise<Attempt | UsedUp> {
    const key = createHmac('sha256', this.config.keys.budget).update(`${kind.name}:${of}`).digest('hex');
    const now = this.clock.now();
    const end = new Date(now.getTime() + kind.minutes * MINUTE_MS);
    const [taken] = await this.dataSource.query<{ resetsAt: Date }[]>(TAKE, [key, end, now, kind.attempts]);
    if (taken) return { key, resetsAt: taken.resetsAt };
    const [found] = await this.dataSource.query<{ resetsAt: Date }[]>(FIND, [key]);
    const { resetsAt } = found ?? { resetsAt: now };
    return { key, retryAfterSeconds: Math.max(1, Math.ceil((resetsAt.getTime() - now.getTime()) / 1000)) };
  }

  private async removePast(): Promise<void> {
    await this.dataSource.query(REMOVE_PAST, [this.clock.now()]);
  }
}
