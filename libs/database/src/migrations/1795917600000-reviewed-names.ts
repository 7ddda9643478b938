import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Under which name a credential was verified, and of older diplomas the day that was meant (ADR 0019). Adds only. */
export class ReviewedNames1795917600000 implements MigrationInterface {
  name = 'ReviewedNames1795917600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table verifications add column verified_name varchar(201);
      alter table diplomas add column obtained_day date;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table diplomas drop column obtained_day;
      alter table verifications drop column verified_name;
    `);
  }
}
