import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { databaseOptions, EmbeddedPostgres, migrate } from '#libs/database';
import { RUNTIME, TEMPLATE } from './template';
import { installTrailCheck } from './trail-check';

/** A real PostgreSQL with a migrated template database, in a folder of its own that goes with it. */
export class TestPostgres {
  private constructor(
    readonly server: EmbeddedPostgres,
    readonly directory: string,
  ) {}

  static async start(): Promise<TestPostgres> {
    const directory = mkdtempSync(join(tmpdir(), 'credence-test-'));
    // Started as root, PostgreSQL runs as another user, who has to get in.
    chmodSync(directory, 0o755);
    const server = await EmbeddedPostgres.start({
      directory: join(directory, 'postgres'),
      password: 'test',
      // Test data need not survive a power cut.
      settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'],
    });
    const admin = await new DataSource({ type: 'postgres', url: server.url('postgres') }).initialize();
    await admin.query(`create database ${TEMPLATE}`);
    await admin.destroy();
    const template = await new DataSource(databaseOptions(server.url(TEMPLATE), 2)).initialize();
    await migrate(template, server.url(TEMPLATE), server.url(TEMPLATE, RUNTIME));
    await installTrailCheck(template);
    await template.destroy();
    return new TestPostgres(server, directory);
  }

  get url(): string {
    return this.server.url('postgres');
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
