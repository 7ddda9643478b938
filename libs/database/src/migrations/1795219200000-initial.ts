import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first schema: every table, index and constraint by name. Times are timestamptz(3): what a JavaScript Date holds exactly. */
export class Initial1795219200000 implements MigrationInterface {
  name = 'Initial1795219200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table organizations (
        id bigint generated always as identity constraint organizations_pkey primary key,
        uuid uuid not null constraint organizations_uuid_key unique,
        name varchar(200) not null,
        time_zone varchar(64) not null,
        language varchar(2) not null,
        expiring_soon_days integer not null,
        upload_quota_bytes bigint not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );

      create table users (
        id bigint generated always as identity constraint users_pkey primary key,
        uuid uuid not null constraint users_uuid_key unique,
        email varchar(250) not null constraint users_email_key unique,
        first_name varchar(100) not null,
        last_name varchar(100) not null,
        password_hash varchar(200) not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );

      create table memberships (
        id uuid constraint memberships_pkey primary key,
        organization_id bigint not null constraint memberships_organization_fkey references organizations (id),
        user_uuid uuid not null constraint memberships_user_fkey references users (uuid),
        role varchar(20) not null
          constraint memberships_role_check check (role in ('admin', 'office-admin', 'office-employee', 'crew-member')),
        state varchar(12) not null constraint memberships_state_check check (state in ('active', 'deactivated')),
        last_login timestamptz(3),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint memberships_organization_user_key unique (organization_id, user_uuid)
      );
      create index memberships_organization_id_idx on memberships (organization_id, id);
      create index memberships_user_idx on memberships (user_uuid);

      create table sessions (
        id uuid constraint sessions_pkey primary key,
        user_uuid uuid not null constraint sessions_user_fkey references users (uuid),
        membership_id uuid not null constraint sessions_membership_fkey references memberships (id),
        refresh_generation integer not null,
        created_at timestamptz(3) not null,
        expires_at timestamptz(3) not null,
        ended_at timestamptz(3)
      );
      create index sessions_user_idx on sessions (user_uuid);
      create index sessions_membership_idx on sessions (membership_id);
      create index sessions_expires_at_idx on sessions (expires_at);

      create table uploads (
        number bigint generated always as identity constraint uploads_pkey primary key,
        id uuid not null constraint uploads_id_key unique,
        organization_id bigint not null constraint uploads_organization_fkey references organizations (id),
        uploaded_by_user_uuid uuid not null constraint uploads_user_fkey references users (uuid),
        kind varchar(40) not null,
        status varchar(10) not null
          constraint uploads_status_check check (status in ('pending', 'uploaded', 'ready', 'infected', 'failed')),
        mime varchar(100) not null,
        size_bytes bigint not null,
        original_filename varchar(255) not null,
        object_key varchar(300),
        sha256 varchar(64),
        failure_code varchar(60),
        expires_at timestamptz(3) not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );
      create index uploads_organization_id_idx on uploads (organization_id, id);

      create table upload_usage (
        organization_id bigint constraint upload_usage_pkey primary key
          constraint upload_usage_organization_fkey references organizations (id),
        reserved_bytes bigint not null constraint upload_usage_reserved_bytes_check check (reserved_bytes >= 0)
      );

      create table verifications (
        id uuid constraint verifications_pkey primary key,
        organization_id bigint not null constraint verifications_organization_fkey references organizations (id),
        user_uuid uuid not null constraint verifications_user_fkey references users (uuid),
        target_type varchar(20) not null,
        target_id uuid not null,
        subject varchar(200) not null,
        status varchar(14) not null
          constraint verifications_status_check check (status in ('not_submitted', 'pending', 'verified', 'rejected')),
        submission_number integer not null,
        submitted_at timestamptz(3),
        rejection_reason varchar(1000),
        reviewed_at timestamptz(3),
        withdrawn_at timestamptz(3),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint verifications_target_key unique (target_id, target_type)
      );
      create index verifications_queue_idx on verifications (organization_id, submitted_at, id)
        where status = 'pending' and withdrawn_at is null;
      create index verifications_person_idx on verifications (organization_id, user_uuid, status)
        where withdrawn_at is null;

      create table submissions (
        id uuid constraint submissions_pkey primary key,
        organization_id bigint not null constraint submissions_organization_fkey references organizations (id),
        verification_id uuid not null constraint submissions_verification_fkey references verifications (id),
        number integer not null,
        snapshot jsonb not null,
        upload_id uuid constraint submissions_upload_fkey references uploads (id),
        file_sha256 varchar(64),
        submitted_by_user_uuid uuid not null constraint submissions_user_fkey references users (uuid),
        submitted_at timestamptz(3) not null,
        constraint submissions_verification_number_key unique (verification_id, number)
      );

      create table decisions (
        id uuid constraint decisions_pkey primary key,
        organization_id bigint not null constraint decisions_organization_fkey references organizations (id),
        submission_id uuid not null constraint decisions_submission_key unique
          constraint decisions_submission_fkey references submissions (id),
        outcome varchar(8) not null constraint decisions_outcome_check check (outcome in ('verified', 'rejected')),
        reason varchar(1000),
        decided_by_user_uuid uuid not null constraint decisions_user_fkey references users (uuid),
        decided_at timestamptz(3) not null
      );

      create table titles (
        id bigint generated always as identity constraint titles_pkey primary key,
        organization_id bigint not null constraint titles_organization_fkey references organizations (id),
        name varchar(200) not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null,
        constraint titles_organization_name_key unique (organization_id, name)
      );

      create table diplomas (
        id bigint generated always as identity constraint diplomas_pkey primary key,
        uuid uuid not null constraint diplomas_uuid_key unique,
        organization_id bigint not null constraint diplomas_organization_fkey references organizations (id),
        user_uuid uuid not null constraint diplomas_user_fkey references users (uuid),
        title_id bigint not null constraint diplomas_title_fkey references titles (id),
        upload_id uuid constraint diplomas_upload_fkey references uploads (id),
        verification_id uuid not null constraint diplomas_verification_fkey references verifications (id),
        obtained_at timestamptz(3),
        deleted_at timestamptz(3),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );
      create index diplomas_person_idx on diplomas (organization_id, user_uuid, id);
      create index diplomas_title_idx on diplomas (title_id);
      create index diplomas_upload_idx on diplomas (upload_id);

      create table certificates (
        id uuid constraint certificates_pkey primary key,
        organization_id bigint not null constraint certificates_organization_fkey references organizations (id),
        user_uuid uuid not null constraint certificates_user_fkey references users (uuid),
        certificate_type varchar(40) not null,
        certificate_number varchar(100),
        issuing_authority varchar(200),
        issue_date date,
        expiry_date date,
        upload_id uuid constraint certificates_upload_fkey references uploads (id),
        uploaded_by_user_uuid uuid not null constraint certificates_uploaded_by_fkey references users (uuid),
        notes varchar(2000),
        verification_id uuid not null constraint certificates_verification_fkey references verifications (id),
        deleted_at timestamptz(3),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );
      create index certificates_person_idx on certificates (organization_id, user_uuid, id) where deleted_at is null;
      create index certificates_upload_idx on certificates (upload_id);

      create table audit_records (
        id uuid constraint audit_records_pkey primary key,
        organization_id bigint,
        at timestamptz(3) not null,
        actor_kind varchar(10) not null constraint audit_records_actor_kind_check check (actor_kind in ('person', 'system')),
        actor_uuid uuid,
        session_id uuid,
        action varchar(60) not null,
        target_type varchar(40) not null,
        target_id varchar(60) not null,
        request_id varchar(64),
        details jsonb not null
      );
      create index audit_records_organization_id_idx on audit_records (organization_id, id);

      -- The one joined shape of a member that other libs may read; the tables behind it belong to the users lib.
      create view member_directory as
        select m.organization_id, m.id as membership_id, m.role, m.state, m.last_login, m.created_at,
               u.uuid as user_uuid, u.id as user_id, u.email, u.first_name, u.last_name
        from memberships m join users u on u.uuid = m.user_uuid;

      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'rows of % are never changed or removed', tg_table_name using errcode = 'restrict_violation';
      end $$;
    `);
    for (const table of ['audit_records', 'submissions', 'decisions']) {
      await runner.query(`
        create trigger ${table}_are_final before update or delete on ${table}
          for each row execute function refuse_change();
        create trigger ${table}_are_not_truncated before truncate on ${table}
          for each statement execute function refuse_change();
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop view member_directory;
      drop table audit_records, certificates, diplomas, titles, decisions, submissions, verifications, upload_usage,
        uploads, sessions, memberships, users, organizations;
      drop function refuse_change();
    `);
  }
}
