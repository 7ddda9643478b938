import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rules for those who decide, how a credential was checked, the first word of two, and the way back from a decision. Adds only. Nobody decides
 * any more on what they recorded themselves, except where a single person may decide: there it stays as it was, `owner`, until an admin
 * chooses, and a warning names the organisation.
 */
export class DecisionsThatHold1795910700000 implements MigrationInterface {
  name = 'DecisionsThatHold1795910700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table organizations
        add column review_policy varchar(10) not null default 'submitter'
          constraint organizations_review_policy_check check (review_policy in ('owner', 'submitter', 'two_people')),
        add column is_review_policy_chosen boolean not null default true,
        add column requires_file_or_original boolean not null default true,
        add column requires_shown_file boolean not null default true;
      alter table verifications
        add column method varchar(16),
        add column checked_at timestamptz(3),
        add column also_edited_by uuid[] not null default '{}';
      alter table submissions
        add column reopened_by_user_uuid uuid constraint submissions_reopener_fkey references users (uuid),
        add column reopen_reason varchar(1000);
      alter table decisions
        add column method varchar(16),
        add column reference varchar(200),
        add column checked_at timestamptz(3),
        add column pages_shown integer;
      create table confirmations (
        submission_id uuid constraint confirmations_pkey primary key
          constraint confirmations_submission_fkey references submissions (id),
        organization_id bigint not null constraint confirmations_organization_fkey references organizations (id),
        confirmed_by_user_uuid uuid not null constraint confirmations_user_fkey references users (uuid),
        confirmed_at timestamptz(3) not null,
        method varchar(16),
        reference varchar(200),
        checked_at timestamptz(3),
        pages_shown integer
      );
      create trigger confirmations_are_final before update or delete on confirmations
        for each row execute function refuse_change();
      create trigger confirmations_are_not_truncated before truncate on confirmations
        for each statement execute function refuse_change();
    `);
    const alone = (await runner.query(`
      update organizations o set review_policy = 'owner', is_review_policy_chosen = false
      where (select count(*) from memberships m
             where m.organization_id = o.id and m.state = 'active' and m.role <> 'crew-member') = 1
      returning o.id`)) as [{ id: string }[], number];
    for (const { id } of alone[0]) {
      await runner.query(`do $$ begin raise warning '${aloneIn(id)}'; end $$`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table confirmations;
      alter table decisions drop column method, drop column reference, drop column checked_at, drop column pages_shown;
      alter table submissions drop column reopened_by_user_uuid, drop column reopen_reason;
      alter table verifications drop column method, drop column checked_at, drop column also_edited_by;
      alter table organizations drop column review_policy, drop column is_review_policy_chosen,
        drop column requires_file_or_original, drop column requires_shown_file;
    `);
  }
}

function aloneIn(id: string): string {
  return (
    `organization ${id} has one person who may decide: they may go on deciding on what they recorded themselves ` +
    '(reviewPolicy owner) until an administrator chooses'
  );
}
