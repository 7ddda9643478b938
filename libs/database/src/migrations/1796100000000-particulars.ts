import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organisations know of their people besides their names, and where these work. Adds only. */
export class Particulars1796100000000 implements MigrationInterface {
  name = 'Particulars1796100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table vessels (
        id uuid constraint vessels_pkey primary key,
        organization_id bigint not null constraint vessels_organization_fkey references organizations (id),
        name varchar(100) not null,
        imo varchar(7),
        flag varchar(3),
        type varchar(20) constraint vessels_type_check check (
          type in ('oil_tanker', 'chemical_tanker', 'gas_tanker', 'passenger', 'ro_ro_passenger', 'cargo', 'yacht', 'site')),
        gt integer,
        kw integer,
        sea_area varchar(2) constraint vessels_sea_area_check check (sea_area in ('A1', 'A2', 'A3', 'A4')),
        ecdis boolean,
        igf boolean,
        isps boolean,
        polar varchar(5) constraint vessels_polar_check check (polar in ('none', 'open', 'other')),
        manning integer,
        frb boolean,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        revision integer not null default 1,
        constraint vessels_organization_name_key unique (organization_id, name),
        constraint vessels_organization_imo_key unique (organization_id, imo)
      );
      create trigger vessels_are_counted before update on vessels
        for each row when (old.* is distinct from new.*) execute function count_revision();

      create table particulars (
        organization_id bigint not null constraint particulars_organization_fkey references organizations (id),
        user_uuid uuid not null constraint particulars_user_fkey references users (uuid),
        rank varchar(60),
        department varchar(60),
        vessel_id uuid constraint particulars_vessel_fkey references vessels (id),
        duties text[] not null default '{}',
        date_of_birth date,
        nationality varchar(3),
        residence_state varchar(3),
        joined_on date,
        employee_number varchar(50),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        revision integer not null default 1,
        constraint particulars_pkey primary key (organization_id, user_uuid),
        constraint particulars_organization_employee_number_key unique (organization_id, employee_number)
      );
      create index particulars_vessel_idx on particulars (vessel_id);
      create trigger particulars_are_counted before update on particulars
        for each row when (old.* is distinct from new.*) execute function count_revision();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table particulars, vessels');
  }
}
