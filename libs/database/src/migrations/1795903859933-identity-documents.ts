import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passports, seaman's books and visas. Adds only. */
export class IdentityDocuments1795903859933 implements MigrationInterface {
  name = 'IdentityDocuments1795903859933';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table identity_documents (
        id uuid constraint identity_documents_pkey primary key,
        organization_id bigint not null constraint identity_documents_organization_fkey references organizations (id),
        user_uuid uuid not null constraint identity_documents_user_fkey references users (uuid),
        document_type varchar(40) not null,
        document_number varchar(100),
        issuing_state varchar(3),
        issue_date date,
        expiry_date date,
        upload_id uuid constraint identity_documents_upload_fkey references uploads (id),
        uploaded_by_user_uuid uuid not null constraint identity_documents_uploaded_by_fkey references users (uuid),
        notes varchar(2000),
        verification_id uuid not null constraint identity_documents_verification_fkey references verifications (id),
        deleted_at timestamptz(3),
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      );
      create index identity_documents_person_idx on identity_documents (organization_id, user_uuid, id)
        where deleted_at is null;
      create index identity_documents_expiry_idx on identity_documents (organization_id, document_type, expiry_date, id)
        where deleted_at is null;
      create index identity_documents_upload_idx on identity_documents (upload_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table identity_documents');
  }
}
