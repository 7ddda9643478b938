import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the checks of an upload find out, and where its smaller pictures lie. Adds only. */
export class UploadChecks1795392004000 implements MigrationInterface {
  name = 'UploadChecks1795392004000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table uploads
        add column threat_name varchar(200),
        add column width integer,
        add column height integer,
        add column page_count integer,
        add column warnings varchar(40)[] not null default '{}',
        add column derivatives_prefix varchar(300),
        add column declared_sha256 varchar(64);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table uploads
        drop column threat_name, drop column width, drop column height, drop column page_count, drop column warnings,
        drop column derivatives_prefix, drop column declared_sha256;
    `);
  }
}
