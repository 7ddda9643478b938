import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { Audit } from '#libs/audit';
import type { Actor } from '#libs/auth';
import { VERSION } from '#libs/config';
import { type FailedJob, JobBoard, QueueFiguresService } from '#libs/jobs';
import { findLastBackup, type LastBackup } from '#libs/transfer';
import { HealthChecks, type Status } from '../health-checks';
import { failedJobNotFound } from './system.errors';

export interface SystemState {
  version: string;
  status: Status;
  checks: Record<string, string>;
  waitingJobs: number;
  longestWaitSeconds: number | null;
  workers: number;
  lastBackup: LastBackup | null;
}

/** What admins see of the installation that they share with others, and what they can do about their own. */
@Injectable()
export class System {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly health: HealthChecks,
    private readonly figures: QueueFiguresService,
    private readonly board: JobBoard,
    private readonly audit: Audit,
  ) {}

  async look({ organizationId }: Actor): Promise<SystemState> {
    const [{ status, checks }, processes, wait, lastBackup] = await Promise.all([
      this.health.ready(),
      this.figures.readProcesses(),
      this.board.findWaitOf(organizationId),
      findLastBackup(this.dataSource.manager),
    ]);
    return {
      version: VERSION,
      status,
      checks,
      waitingJobs: wait.jobs,
      longestWaitSeconds: wait.longestSeconds,
      workers: processes.filter(({ runsJobs, isAlive }) => runsJobs && isAlive).length,
      lastBackup,
    };
  }

  listFailedJobs({ organizationId }: Actor): Promise<FailedJob[]> {
    return this.board.listDeadOf(organizationId);
  }

  /** @throws failed_job_not_found */
  async retryFailedJob(actor: Actor, jobId: number): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const name = await this.board.retryDeadOf(tx, actor.organizationId, jobId);
      if (name === null) throw failedJobNotFound();
      const event = { action: 'job.retry', targetType: 'job', targetId: jobId, details: { name } };
      await this.audit.record(tx, actor, event);
    });
  }
}
