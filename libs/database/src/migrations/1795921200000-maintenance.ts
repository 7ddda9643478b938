import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether nothing may be written for now, what refuses it, and what is known of the backups that were made. */
export class Maintenance1795921200000 implements MigrationInterface {
  name = 'Maintenance1795921200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table maintenance (
        id smallint constraint maintenance_pkey primary key,
        since timestamptz(3) not null,
        reason varchar(200) not null,
        move_id uuid,
        constraint maintenance_id_check check (id = 1)
      );
      -- 25006, read_only_sql_transaction, is what the program of before, too, answers as something that passes.
      create function refuse_in_maintenance() returns trigger language plpgsql as $$
      begin
        raise exception 'under maintenance: nothing can be written' using errcode = '25006', constraint = 'maintenance';
      end $$;
      create table backups (
        id uuid constraint backups_pkey primary key,
        started_at timestamptz(3) not null,
        ended_at timestamptz(3) not null,
        outcome varchar(10) not null,
        is_encrypted boolean not null,
        row_count bigint not null,
        file_count bigint not null,
        bytes bigint not null,
        constraint backups_outcome_check check (outcome in ('complete', 'failed'))
      );
      create index backups_ended_at_idx on backups (ended_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table backups; drop function refuse_in_maintenance() cascade; drop table maintenance');
  }
}
