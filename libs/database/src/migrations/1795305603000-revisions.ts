import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['users', 'memberships', 'organizations', 'titles', 'uploads', 'verifications'];

/** Which updates are a new version; a sign-in writes the time of itself into the membership, and that is none. */
const COLUMNS: Record<string, string> = { memberships: 'of role, state' };

/**
 * A number for every version of a row that an entity tag speaks of. A trigger counts, so that no writer can forget to: neither
 * a feature to come nor a running process of the version before this one.
 */
export class Revisions1795305603000 implements MigrationInterface {
  name = 'Revisions1795305603000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function count_revision() returns trigger language plpgsql as $$
      begin
        new.revision = old.revision + 1;
        return new;
      end $$;
    `);
    for (const table of TABLES) {
      await runner.query(`
        alter table ${table} add column revision integer not null default 1;
        create trigger ${table}_are_counted before update ${COLUMNS[table] ?? ''} on ${table}
          for each row when (old.* is distinct from new.*) execute function count_revision();
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await runner.query(`
        drop trigger ${table}_are_counted on ${table};
        alter table ${table} drop column revision;
      `);
    }
    await runner.query('drop function count_revision()');
  }
}
