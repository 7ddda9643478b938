import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is looking at what, and the queue by kind and by type in the order of waiting. Adds only. */
export class ReviewDesk1795478403000 implements MigrationInterface {
  name = 'ReviewDesk1795478403000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table review_claims (
        verification_id uuid constraint review_claims_pkey primary key
          constraint review_claims_verification_fkey references verifications (id),
        organization_id bigint not null constraint review_claims_organization_fkey references organizations (id),
        user_uuid uuid not null constraint review_claims_user_fkey references users (uuid),
        expires_at timestamptz(3) not null
      );
      create index review_claims_user_idx on review_claims (organization_id, user_uuid);
      create index verifications_queue_kind_idx on verifications (organization_id, target_type, submitted_at, id)
        where status = 'pending' and withdrawn_at is null;
      create index verifications_queue_subject_idx on verifications (organization_id, subject, submitted_at, id)
        where status = 'pending' and withdrawn_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index verifications_queue_kind_idx, verifications_queue_subject_idx;
      drop table review_claims;
    `);
  }
}
